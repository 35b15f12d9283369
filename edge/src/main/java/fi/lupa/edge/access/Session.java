package fi.lupa.edge.access;

import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.SignIn;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Somebody signed in, in one browser.
 *
 * @param local whether they are in the list of keys, where their roles are looked up anew every time
 * @param csrf what a page of ours sends with every change, and no other page knows
 */
record Session(String id, Principal principal, boolean local, Instant startedAt, Instant seenAt, String csrf) {

    Session seen(Instant now) {
        return new Session(id, principal, local, startedAt, now, csrf);
    }

    Session as(Principal now) {
        return new Session(id, now, local, startedAt, seenAt, csrf);
    }

    Map<String, Object> claims() {
        return Map.of(
                "id", id,
                "name", principal.name(),
                "shown", principal.shownAs(),
                "roles", principal.roles().stream().map(Role::written).toList(),
                "local", local,
                "started", startedAt.getEpochSecond(),
                "seen", seenAt.getEpochSecond(),
                "csrf", csrf);
    }

    /** What was sealed by this version of Lupa; a cookie of another version fails, and its browser signs in again. */
    static Session of(Map<String, Object> claims) {
        Set<Role> roles = ((List<?>) claims.get("roles"))
                .stream().flatMap(role -> Role.of((String) role).stream()).collect(Collectors.toSet());
        return new Session(
                (String) claims.get("id"),
                Principal.person((String) claims.get("name"), (String) claims.get("shown"), SignIn.SESSION, roles),
                (Boolean) claims.get("local"),
                Instant.ofEpochSecond(((Number) claims.get("started")).longValue()),
                Instant.ofEpochSecond(((Number) claims.get("seen")).longValue()),
                (String) claims.get("csrf"));
    }
}
