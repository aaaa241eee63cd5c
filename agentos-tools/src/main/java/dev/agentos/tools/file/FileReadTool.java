package dev.agentos.tools.file;

import dev.agentos.api.json.JsonObject;
import dev.agentos.api.spi.Confinement;
import dev.agentos.api.tool.Effect;
import dev.agentos.api.tool.ToolResult;
import dev.agentos.api.tool.ToolSpec;
import dev.agentos.tools.input.InputSchema;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** {@code file.read}: content of a regular file, as text where it is UTF-8. */
final class FileReadTool extends FileTool {
    private static final int DEFAULT_BYTES = 256 * 1024;
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    FileReadTool(FileWorkers workers) {
        super(
                new ToolSpec(
                        "file.read",
                        "1",
                        "Reads a regular file. Needs the right file:<path> read. Long files are cut, with a marker;"
                                + " read on from nextOffset. Bytes that are not UTF-8 come as base64.",
                        new InputSchema()
                                .text("path", "Absolute path, without '.', '..' or a trailing slash.")
                                .required()
                                .number("offset", "First byte to read, 0 unless given.", 0, Long.MAX_VALUE)
                                .number("maxBytes", "How many bytes to read, 256 KiB unless given.", 1, MAX_BYTES)
                                .build(),
                        Effect.READ_ONLY,
                        Set.of(),
                        ToolSpec.DEFAULT_TIMEOUT),
                "read",
                workers);
    }

    @Override
    ToolResult perform(Permitted call) {
        long offset = call.arguments().number("offset", 0, 0, Long.MAX_VALUE);
        int maxBytes = (int) call.arguments().number("maxBytes", DEFAULT_BYTES, 1, MAX_BYTES);
        FileReader.Content content = new FileReader(call.root()).read(call.path(), offset, maxBytes);
        byte[] bytes = content.bytes();
        int whole = content.truncated() ? wholeCharacters(bytes) : bytes.length;
        Optional<String> text = decode(bytes, whole);
        var value = JsonObject.builder().put("path", call.path().toString());
        int used = text.isPresent() ? whole : bytes.length;
        if (text.isPresent()) {
            value.put("content", text.get());
        } else {
            value.put("base64", Base64.getEncoder().encodeToString(bytes));
        }
        value.put("size", content.size()).put("truncated", content.truncated());
        value.put("inode", content.inode().toString());
        if (content.truncated()) {
            value.put("nextOffset", offset + used);
        }
        String shown = text.orElse("[" + bytes.length + " bytes that are not UTF-8 text]");
        String marker =
                content.truncated() ? "\n[… cut after byte " + (offset + used) + " of " + content.size() + " …]" : "";
        return new ToolResult.Ok(shown + marker, value.build(), Confinement.NONE);
    }

    /** Where the last character that is complete ends: a cut must not make text look like something else. */
    private static int wholeCharacters(byte[] bytes) {
        int end = bytes.length;
        int lead = end - 1;
        while (lead > 0 && lead > end - 4 && (bytes[lead] & 0xC0) == 0x80) {
            lead--;
        }
        int missing = Integer.numberOfLeadingZeros(~(bytes[lead] << 24)) - (end - lead);
        return missing > 0 && bytes[lead] < 0 ? lead : end;
    }

    private static Optional<String> decode(byte[] bytes, int length) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
