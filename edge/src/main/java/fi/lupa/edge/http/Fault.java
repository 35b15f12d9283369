package fi.lupa.edge.http;

import com.fasterxml.jackson.annotation.JsonInclude;

/** One thing that is wrong with a request: the field it is about, null for the whole request, and a sentence. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fault(String field, String detail) {}
