/** The topics, declared once: what is in them, how long it is kept, and who alone may write. */
package fi.lupa.schemas.topic;
