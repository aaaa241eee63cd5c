package dev.agentos.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations from the command line. */
final class DurationConverter implements ITypeConverter<Duration> {
    DurationConverter() {}

    @Override
    public Duration convert(String text) {
        try {
            return Times.duration(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
