package dev.agentos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentos.api.error.JsonException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of modules that other modules may not look into. Here the JSON module is on the class path, unnamed. */
class ClosedModuleTest {
    private final JacksonJsonProvider json = new JacksonJsonProvider();

    @TempDir
    Path folder;

    @Test
    void toJson_printsTheLineToAdd_whenTheModuleIsClosed() throws Exception {
        Class<?> order = compile("module com.acme.orders {}");
        Object schema = json.schemaOf(order);

        assertThatThrownBy(() -> json.fromJson(json.parse("{\"symbol\":\"AAPL\"}"), order))
                .isInstanceOf(JsonException.class)
                .hasMessage("record com.acme.orders.Order is closed to the JSON module; add to the module-info of"
                        + " com.acme.orders: opens com.acme.orders;");
        assertThat(schema).as("a schema needs no access").isNotNull();
    }

    @Test
    void fromJson_works_whenTheLineIsAdded() throws Exception {
        Class<?> order = compile("module com.acme.orders { opens com.acme.orders; }");

        Object value = json.fromJson(json.parse("{\"symbol\":\"AAPL\"}"), order);

        assertThat(value).hasToString("Order[symbol=AAPL]");
        assertThat(json.toJson(value)).hasToString("{\"symbol\":\"AAPL\"}");
    }

    @Test
    void fromJson_needsNoLine_whenTheRecordIsPublicAndExported() throws Exception {
        Class<?> order = compile("module com.acme.orders { exports com.acme.orders; }");

        Object value = json.fromJson(json.parse("{\"symbol\":\"AAPL\"}"), order);

        assertThat(value).hasToString("Order[symbol=AAPL]");
    }

    private Class<?> compile(String moduleInfo) throws Exception {
        Path sources = Files.createDirectories(folder.resolve("src/com/acme/orders"));
        Path info = Files.writeString(folder.resolve("src/module-info.java"), moduleInfo);
        Path order = Files.writeString(
                sources.resolve("Order.java"), "package com.acme.orders; public record Order(String symbol) {}");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), info.toString(), order.toString());
        assertThat(result).as("javac").isZero();
        Configuration configuration = ModuleLayer.boot()
                .configuration()
                .resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("com.acme.orders"));
        return ModuleLayer.boot()
                .defineModulesWithOneLoader(configuration, ClassLoader.getSystemClassLoader())
                .findLoader("com.acme.orders")
                .loadClass("com.acme.orders.Order");
    }
}
