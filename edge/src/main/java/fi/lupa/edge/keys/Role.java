package fi.lupa.edge.keys;

import io.javalin.security.RouteRole;

/** What the bearer of a key may do; written beside a route, it opens the route to its bearers alone. */
public enum Role implements RouteRole {
    /** A website, which publishes its forms and reads nothing. */
    SITE,
    /** A campaign system, which asks, sends messages and fetches audiences. */
    CAMPAIGN,
    /** A marketer, who defines campaigns and sees sizes, never a person. */
    MARKETER,
    /** Customer service and the data protection officer, who see and change what is recorded of a person. */
    OPERATOR
}
