/** Cleared messages on their way out: by SMTP, or to another system by HTTP. At least once, never stale, never without a way to stop. */
package fi.lupa.standalone.delivery;
