package dev.agentos.cli;

import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads moments from the command line. */
final class MomentConverter implements ITypeConverter<Instant> {
    MomentConverter() {}

    @Override
    public Instant convert(String text) {
        try {
            return Times.moment(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
