/** Between the events and the law: the only classes that know both sides, one a record. */
package fi.lupa.schemas.mapping;
