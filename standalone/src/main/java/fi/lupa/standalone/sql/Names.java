package fi.lupa.standalone.sql;

import java.util.Collection;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes names wherever they stand in a statement, also after a bracket, a comma or a point; and commands, with what they name. */
record Names(Collection<String> commands, Collection<String> tables, Collection<String> columns) implements Completer {

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String typed = line.word().substring(0, line.wordCursor());
        if (line.words().get(0).startsWith(".")) {
            offer("", line.wordIndex() == 0 ? commands : tables, candidates);
        } else {
            String before = typed.replaceFirst("\\w*$", "");
            offer(before, tables, candidates);
            offer(before, columns, candidates);
        }
    }

    private static void offer(String before, Collection<String> names, List<Candidate> candidates) {
        names.forEach(name -> candidates.add(new Candidate(before + name, name, null, null, null, null, true)));
    }
}
