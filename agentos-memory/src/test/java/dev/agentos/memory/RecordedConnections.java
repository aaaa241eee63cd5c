package dev.agentos.memory;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Connections that write down what their writer runs, in its order. */
final class RecordedConnections implements Connections {
    final List<Run> runs = new CopyOnWriteArrayList<>();
    private final Connections real;

    /**
     * One statement that was run; a second one when somebody asks how many rows it changed.
     *
     * @param rows how many it changed; 0 if nobody has asked yet
     */
    record Run(String sql, int rows) {}

    RecordedConnections(Connections real) {
        this.real = real;
    }

    @Override
    public Connection writer() throws SQLException {
        Connection writer = real.writer();
        return proxy(Connection.class, (method, arguments) -> {
            Object result = method.invoke(writer, arguments);
            if (result instanceof PreparedStatement prepared) {
                return watched(PreparedStatement.class, prepared, String.valueOf(arguments[0]));
            }
            return result instanceof Statement plain ? watched(Statement.class, plain, "") : result;
        });
    }

    @Override
    public Connection reader() throws SQLException {
        return real.reader();
    }

    private <T extends Statement> T watched(Class<T> type, T statement, String sql) {
        var last = new AtomicReference<>(sql);
        return proxy(type, (method, arguments) -> {
            Object result = method.invoke(statement, arguments);
            if (arguments != null && method.getName().startsWith("execute")) {
                last.set(String.valueOf(arguments[0]));
            }
            if (method.getName().startsWith("execute") || method.getName().equals("getUpdateCount")) {
                runs.add(new Run(last.get(), result instanceof Integer rows ? rows : 0));
            }
            return result;
        });
    }

    private interface Call {
        @Nullable
        Object of(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                RecordedConnections.class.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    try {
                        return call.of(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
