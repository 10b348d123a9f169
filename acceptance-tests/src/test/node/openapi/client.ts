// What a client's program looks like over the generated types. It only has to compile: a missing event, a field that
// isn't there any more or an answer of another form is an error here.
import type { components, paths } from "./api";

type Schemas = components["schemas"];
type Submit = paths["/api/chat/{session}"]["post"];
type Submitted = Submit["responses"][202]["content"]["application/json"];
type Streamed = Submit["responses"][200]["content"]["text/event-stream"];
type Conflict = Submit["responses"][409]["content"]["application/problem+json"];

export const least: Submit["requestBody"]["content"]["application/json"] = { message: "Tell me a story" };

/** The answer's text once the event came. */
export function told(before: string, event: Schemas["StreamEvent"]): string {
  switch (event.event) {
    case "user":
    case "reasoning":
    case "tool_call":
    case "ping":
      return before;
    case "start":
      return event.data.reset ? "" : before;
    case "snapshot":
      return event.data.text;
    case "text":
      return before + event.data.text;
    case "end":
      return event.data.length === before.length ? before : `fetch ${event.data.messageId}`;
    case "error":
      return `${before} (${event.data.code satisfies Schemas["FailureCode"]})`;
    case "cancel":
      return `${before} (by ${event.data.by})`;
    default:
      return event satisfies never;
  }
}

/** Where to come back to. */
export function cursor(before: string, event: Streamed): string {
  // @ts-expect-error: not every event has an id
  const id: string = event.id;
  return event.event === "ping" ? before : (event.id ?? id);
}

export function whatToDo(problem: Schemas["Problem"]): string {
  // @ts-expect-error: only a busy session names the turn that runs
  problem.turnId;
  return problem.code === "session_busy" ? problem.streamUrl : problem.detail;
}

export function whereToFollow(answer: Submitted | Conflict): string | undefined {
  return "code" in answer && answer.code === "tool_results_mismatch" ? undefined : answer.streamUrl;
}

export function texts(turn: Schemas["Turn"]): string[] {
  return (turn.message?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : []));
}
