/** What comes out of people: pseudonyms, or who they are to whoever may know it; the erased as erased. */
package fi.lupa.standalone.replay.open;
