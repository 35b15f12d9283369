package fi.lupa.schemas.registry;

import org.apache.avro.Conversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;

/** Tells Avro that Lupa's own generated classes may be instantiated from a schema, and how their ids are compared. */
public final class EventClasses {
    static {
        // Avro 1.12.2 instantiates only what it is told to trust; whatever was trusted before stays so.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> type.getName().startsWith("fi.lupa.")));
        // Lists of events are compared by these models, which do not know a UUID in a union by themselves.
        GenericData.get().addLogicalTypeConversion(new Conversions.UUIDConversion());
        SpecificData.get().addLogicalTypeConversion(new Conversions.UUIDConversion());
    }

    private EventClasses() {}

    /** Trusts the event classes from now on; to be called before the first event is read, by whichever coder. */
    public static void trust() {
        // Loading this class has done it, once.
    }
}
