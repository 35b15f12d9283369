package fi.lupa.edge.access;

import fi.lupa.edge.keys.Principal;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;

/**
 * Who is signed in, as the head of a staff page tells it, in the reader's language.
 *
 * @param roles their names, separated by commas
 */
public record Account(String signedInAs, String roles, String signOut) {

    public static Account of(Principal caller, Locale language) {
        ResourceBundle words = LoginPage.words(language);
        return new Account(
                words.getString("signedInAs") + " " + caller.shownAs(),
                caller.roles().stream()
                        .sorted()
                        .map(role -> words.getString("role." + role.written()))
                        .collect(Collectors.joining(", ")),
                words.getString("signOut"));
    }
}
