package fi.lupa.edge.http;

import java.util.List;
import java.util.stream.Stream;

/**
 * What somebody sent, as far as it can be read, so that whoever reads it can tell all of its faults at once. With a fault it
 * is not to be acted on.
 *
 * @param value null where it cannot be read at all; without a fault, where it is not even an object
 * @param faults fields that cannot be read, which are null in the value
 */
public record Read<T>(T value, List<Fault> faults) {

    /** The same as a part of something, which every field's name begins with. */
    public Read<T> under(String path) {
        return new Read<>(
                value,
                faults.stream()
                        .map(fault -> new Fault(path + fault.field(), fault.detail()))
                        .toList());
    }

    /** Its faults, and those that were found in what could be read: of the rest nothing is known. */
    public List<Fault> and(List<Fault> found) {
        return Stream.concat(faults.stream(), found.stream().filter(one -> faults.stream()
                        .noneMatch(known -> isWithin(known, one) || isWithin(one, known))))
                .toList();
    }

    /** @throws ProblemException 400 with all faults, those found in what could be read among them; not where there are none */
    public void refuse(List<Fault> found) {
        List<Fault> all = and(found);
        if (!all.isEmpty()) {
            throw ProblemException.badRequest(all);
        }
    }

    private static boolean isWithin(Fault inner, Fault outer) {
        return outer.field() != null
                && inner.field() != null
                && (inner.field().equals(outer.field())
                        || inner.field().startsWith(outer.field() + ".")
                        || inner.field().startsWith(outer.field() + "["));
    }

    @Override
    public String toString() {
        return "Read[" + faults + "]";
    }
}
