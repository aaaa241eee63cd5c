package dev.agentos.isolated;

import dev.agentos.api.Agent;
import dev.agentos.api.AgentSpec;
import dev.agentos.api.Isolation;
import dev.agentos.api.ReactiveAgent;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Where the code of an agent runs: the same class of the same jar, in this JVM or in a process of its own. */
enum Kind {
    HERE {
        @Override
        AgentSpec.Builder spec(String name, Path jar, String className) {
            var builder = AgentSpec.builder(name);
            if (instance(jar, className) instanceof Agent agent) {
                return builder.run(agent);
            }
            return builder.reactive(() -> (ReactiveAgent) instance(jar, className));
        }
    },
    ISOLATED {
        @Override
        AgentSpec.Builder spec(String name, Path jar, String className) {
            return AgentSpec.builder(name).code(jar, className).isolation(Isolation.PROCESS);
        }
    };

    abstract AgentSpec.Builder spec(String name, Path jar, String className);

    private static Object instance(Path jar, String className) {
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, Kind.class.getClassLoader())) {
            return loader.loadClass(className).getConstructor().newInstance();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
