package fi.lupa.standalone.delivery;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import fi.lupa.event.MessageCleared;
import fi.lupa.standalone.delivery.Carrier.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Templates in Mustache, a folder each: {@code subject.txt}, and {@code text.txt} or {@code page.html} or both. A message's
 * parameters are filled in, and {@code unsubscribeUrl} and {@code preferencesUrl}.
 */
final class Templates {

    private static final Mustache.Compiler PLAIN = Mustache.compiler().escapeHTML(false);
    private static final Mustache.Compiler HTML = Mustache.compiler();

    private final Path folder;

    Templates(Path folder) {
        this.folder = folder;
    }

    /**
     * What is sent.
     *
     * @param text null where there is only a page
     * @param page in HTML; null where there is only a text
     */
    record Filled(String subject, String text, String page) {}

    /** Whether there is a template at all. */
    boolean any() {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.anyMatch(each -> Files.isRegularFile(each.resolve("subject.txt")));
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws RefusedException if there is no such template, a parameter is missing, or it gives no way to stop */
    Filled fill(MessageCleared message) throws RefusedException {
        String name = message.getTemplate();
        if (name == null || !name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
            throw new RefusedException("The message names no template, or one that no folder can be called by.");
        }
        Map<String, Object> values = new HashMap<>(message.getPersonal().getParameters());
        values.put("unsubscribeUrl", message.getUnsubscribeUrl());
        values.put("preferencesUrl", message.getPreferencesUrl());
        String subject = filled(PLAIN, name, "subject.txt", values);
        String text = filled(PLAIN, name, "text.txt", values);
        String page = filled(HTML, name, "page.html", values);
        if (subject == null || (text == null && page == null)) {
            throw new RefusedException(
                    "There is no whole template \"%s\": it has subject.txt, and text.txt or page.html."
                            .formatted(name));
        }
        if (message.getUnsubscribeUrl() != null && (!tellsHowToStop(message, text) || !tellsHowToStop(message, page))) {
            throw new RefusedException(
                    "The template \"%s\" gives no way to stop; put {{unsubscribeUrl}} or {{preferencesUrl}} in it."
                            .formatted(name));
        }
        return new Filled(subject.replaceAll("\\p{Cntrl}+", " ").strip(), text, page);
    }

    private static boolean tellsHowToStop(MessageCleared message, String part) {
        return part == null
                || part.contains(message.getUnsubscribeUrl())
                || (message.getPreferencesUrl() != null && part.contains(message.getPreferencesUrl()));
    }

    private String filled(Mustache.Compiler compiler, String name, String part, Map<String, Object> values)
            throws RefusedException {
        Path file = folder.resolve(name).resolve(part);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return compiler.compile(Files.readString(file)).execute(values);
        } catch (IOException e) {
            throw new RefusedException("%s of the template \"%s\" cannot be read.".formatted(part, name));
        } catch (MustacheException e) {
            // Its own words may hold what was filled in.
            throw new RefusedException(
                    "%s of the template \"%s\" cannot be filled: a parameter that it names is missing, or it is no Mustache."
                            .formatted(part, name));
        }
    }
}
