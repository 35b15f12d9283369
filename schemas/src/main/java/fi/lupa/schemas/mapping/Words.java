package fi.lupa.schemas.mapping;

/** The vocabulary is the same on both sides, word for word; a test holds it so. */
public final class Words {

    private Words() {}

    /**
     * The same word on the other side.
     *
     * @throws IllegalArgumentException if the other side does not know it
     */
    public static <E extends Enum<E>> E same(Enum<?> word, Class<E> side) {
        return Enum.valueOf(side, word.name());
    }
}
