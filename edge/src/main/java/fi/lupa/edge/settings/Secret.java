package fi.lupa.edge.settings;

import picocli.CommandLine.ITypeConverter;

/** A value that shows itself to nobody but the code that needs it. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "(hidden)";
    }

    /** Takes a value from the command line or a variable. */
    public static final class Converter implements ITypeConverter<Secret> {
        @Override
        public Secret convert(String value) {
            return new Secret(value);
        }
    }
}
