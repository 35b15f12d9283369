package fi.lupa.edge.links;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.permission.Scope;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTokensTest {

    private static final String AINO = "Gv70MpjnuHZs45e0eP8VvA";
    private static final Instant END = Instant.parse("2027-01-31T09:30:00Z");

    private final LinkTokens tokens = new LinkTokens(new byte[32]);

    @Test
    void a_link_comes_back_as_it_was_signed() {
        Link preferences = new Link.Preferences(AINO, END);
        Link receipt = new Link.Receipt(AINO, UUID.fromString("551c8e28-c66c-4ec0-b8ec-ab7d1e4f4197"), END);

        assertThat(tokens.read(tokens.sign(preferences), Link.Preferences.class))
                .contains((Link.Preferences) preferences);
        assertThat(tokens.read(tokens.sign(receipt), Link.Receipt.class)).contains((Link.Receipt) receipt);
        Link peer = new Link.Peer(AINO, END);
        assertThat(tokens.read(tokens.sign(peer), Link.Peer.class)).contains((Link.Peer) peer);
    }

    @ParameterizedTest
    @EnumSource
    void every_scope_has_its_unsubscribe_link(Scope scope) {
        Link.Unsubscribe link = new Link.Unsubscribe(AINO, "VvA45e0eP8Gv70MpjnuHZs", scope, END);

        String token = tokens.sign(link);

        assertThat(tokens.read(token, Link.Unsubscribe.class)).contains(link);
        assertThat(token).hasSizeLessThan(110).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void a_link_of_one_kind_is_none_of_another() {
        assertThat(tokens.read(tokens.sign(new Link.Preferences(AINO, END)), Link.Unsubscribe.class))
                .isEmpty();
    }

    @Test
    void no_changed_byte_goes_unseen() {
        byte[] token = Base64.getUrlDecoder().decode(tokens.sign(new Link.Preferences(AINO, END)));
        for (int i = 0; i < token.length; i++) {
            byte[] forged = token.clone();
            forged[i] ^= 1;
            String written = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
            assertThat(tokens.read(written, Link.Preferences.class)).isEmpty();
        }
    }

    @Test
    void the_same_bytes_otherwise_written_are_no_link() {
        // 49 bytes: two letters stand for the last, and four of their bits for nothing.
        String token = tokens.sign(new Link.Preferences(AINO, END));
        char last = token.charAt(token.length() - 1);
        String otherBits = token.substring(0, token.length() - 1) + (char) (last + 1);
        for (String written : List.of(otherBits, token + "==")) {
            assertThat(Base64.getUrlDecoder().decode(written))
                    .isEqualTo(Base64.getUrlDecoder().decode(token));
            assertThat(tokens.read(written, Link.Preferences.class)).isEmpty();
        }
    }

    @Test
    void another_installations_link_is_none_here() {
        byte[] secret = new byte[32];
        secret[0] = 1;
        assertThat(new LinkTokens(secret).read(tokens.sign(new Link.Preferences(AINO, END)), Link.Preferences.class))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "%00",
                "AAAAAAAAAAAAAAAAAAAAAA",
                "äö",
                "a.b.c",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
            })
    void what_is_no_token_is_no_link(String text) {
        assertThat(tokens.read(text, Link.Preferences.class)).isEmpty();
    }

    @Test
    void what_is_endless_is_not_even_decoded() {
        assertThat(tokens.read("A".repeat(1_000_000), Link.Preferences.class)).isEmpty();
    }
}
