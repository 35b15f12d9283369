package fi.lupa.edge.keys;

import io.javalin.security.RouteRole;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do; written beside a route, it opens the route to those who have it alone. */
public enum Role implements RouteRole {
    /** A website, which publishes its forms and reads nothing. */
    SITE,
    /** A campaign system, which asks, sends messages and fetches audiences. */
    CAMPAIGN,
    /** A marketer, who defines campaigns and sees sizes, never a person. */
    MARKETER,
    /** Customer service, which sees and records what a person said. */
    CUSTOMER_SERVICE,
    /** The data protection officer, who also answers for a person's rights. */
    DPO,
    /** An analyst, who sees pseudonyms in history, and nothing through the doors. */
    ANALYST,
    /** Whoever runs Lupa, and brings in what other systems know. */
    OPERATOR;

    /** The roles of people; the others are for machines, and open no browser session. */
    public static final List<Role> OF_STAFF = List.of(MARKETER, CUSTOMER_SERVICE, DPO, ANALYST, OPERATOR);

    /** As it is written in files and tokens: {@code customer-service}. */
    public String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The role that is written so; empty if none is. */
    public static Optional<Role> of(String written) {
        return Arrays.stream(values())
                .filter(role -> role.written().equals(written))
                .findFirst();
    }
}
