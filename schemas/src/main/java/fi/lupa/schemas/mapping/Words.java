package fi.lupa.schemas.mapping;

import java.lang.reflect.Array;

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

    /** For every word of the one side by its ordinal, the same word on the other; null where that side does not know it. */
    public static <E extends Enum<E>> E[] table(Class<? extends Enum<?>> words, Class<E> side) {
        Enum<?>[] all = words.getEnumConstants();
        @SuppressWarnings("unchecked") // of the side's own type
        E[] table = (E[]) Array.newInstance(side, all.length);
        for (Enum<?> word : all) {
            for (E same : side.getEnumConstants()) {
                table[word.ordinal()] = same.name().equals(word.name()) ? same : table[word.ordinal()];
            }
        }
        return table;
    }
}
