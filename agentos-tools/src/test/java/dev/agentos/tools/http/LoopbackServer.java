package dev.agentos.tools.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** Server on a loopback address that records what it is asked and answers any bytes, proper HTTP or not. */
final class LoopbackServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Answer answer;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    /** Writes the answer to one request; the connection is closed afterwards. */
    interface Answer {
        void write(String request, OutputStream out) throws IOException;
    }

    LoopbackServer(Answer answer) throws IOException {
        this("127.0.0.1", answer);
    }

    LoopbackServer(String address, Answer answer) throws IOException {
        this(new ServerSocket(), address, answer);
    }

    /** Serves on a socket of the test's own making, such as one for TLS. */
    LoopbackServer(ServerSocket unbound, String address, Answer answer) throws IOException {
        this.answer = answer;
        socket = unbound;
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        Thread.ofVirtual().name("loopback-server").start(this::accept);
    }

    static LoopbackServer fixed(String response) throws IOException {
        return new LoopbackServer((request, out) -> out.write(response.getBytes(StandardCharsets.ISO_8859_1)));
    }

    static LoopbackServer ok(String body) throws IOException {
        return fixed("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    static LoopbackServer redirect(int status, String location) throws IOException {
        return fixed("HTTP/1.1 " + status + " Moved\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                accepted.add(connection);
                Thread.ofVirtual().name("loopback-connection").start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            String request = head(connection.getInputStream());
            requests.add(request);
            answer.write(request, connection.getOutputStream());
            connection.shutdownOutput();
        } catch (IOException e) {
            // The client went away, which is what many tests want.
        }
    }

    /** Reads the head and as much body as it announces. */
    private static String head(InputStream in) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
        if (length.find()) {
            text.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    int port() {
        return socket.getLocalPort();
    }

    String url(String path) {
        String host = socket.getInetAddress().getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host.replaceFirst("^0:0:0:0:0:0:0:1$", "::1") + "]" : host) + ":"
                + port() + path;
    }

    List<String> requests() {
        return requests;
    }

    int connections() {
        return accepted.size();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : accepted) {
            connection.close();
        }
    }
}
