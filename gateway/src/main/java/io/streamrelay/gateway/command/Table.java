package io.streamrelay.gateway.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of cells, each column as wide as its widest. Not thread-safe. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** As many cells as there are headings; what would move a terminal's cursor is left out. */
  void row(List<String> cells) {
    rows.add(cells.stream().map(cell -> cell.replaceAll("\\p{Cntrl}", "?")).toList());
  }

  void print(PrintStream out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int width = width(column) + 2;
        line.append(row.get(column)).repeat(" ", width - row.get(column).length());
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
