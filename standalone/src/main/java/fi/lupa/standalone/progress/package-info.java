/** How far a long step of a command is. */
package fi.lupa.standalone.progress;
