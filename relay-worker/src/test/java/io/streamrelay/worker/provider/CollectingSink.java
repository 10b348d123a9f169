package io.streamrelay.worker.provider;

import io.streamrelay.protocol.event.StreamEvent.ToolCall;
import io.streamrelay.protocol.event.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Keeps what a provider says. Thread-safe: tests look while a provider still speaks. */
public class CollectingSink implements DeltaSink {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final Map<Integer, ToolCall> calls = new TreeMap<>();
  private final List<String> deltas = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  @Override
  public synchronized void text(String delta) {
    text.append(delta);
    deltas.add(delta);
  }

  @Override
  public synchronized void reasoning(String delta) {
    reasoning.append(delta);
  }

  @Override
  public synchronized void toolCall(ToolCall piece) {
    calls.merge(piece.index(), piece, CollectingSink::joined);
  }

  @Override
  public synchronized void warned(Warning warning) {
    warnings.add(warning);
  }

  @Override
  public synchronized void named(String response) {
    names.add(response + " after " + deltas.size());
  }

  @Override
  public CompletableFuture<Void> room() {
    return ROOM;
  }

  private static ToolCall joined(ToolCall before, ToolCall piece) {
    return new ToolCall(
        before.index(),
        before.id() == null ? piece.id() : before.id(),
        before.name() == null ? piece.name() : before.name(),
        before.arguments() + piece.arguments());
  }

  public synchronized String text() {
    return text.toString();
  }

  public synchronized String reasoning() {
    return reasoning.toString();
  }

  public synchronized List<String> deltas() {
    return List.copyOf(deltas);
  }

  /** Each as {@code code field}. */
  public synchronized List<String> warnings() {
    return warnings.stream().map(one -> one.code().wire() + " " + one.field()).toList();
  }

  /** Each with the number of deltas of text before it. */
  public synchronized List<String> names() {
    return List.copyOf(names);
  }

  public synchronized List<ToolCall> toolCalls() {
    return List.copyOf(calls.values());
  }
}
