/** Which program is the server: nothing here knows of the editor, so that it can be tested without one. */

export interface Launch {
  command: string;
  args: string[];
}

const SERVE = ["server", "--stdio"];

/** The server for the settings `shapelint.command` and `shapelint.interpreter`. */
export function launchOf(command: readonly string[], interpreter: string): Launch {
  const [program, ...args] = command;
  if (program !== undefined && program.trim() !== "") {
    return { command: program, args };
  }
  if (interpreter.trim() !== "") {
    // -P would keep the current folder off the search path, but Python 3.10 has no such option; shapelint drops it itself.
    return { command: interpreter, args: ["-m", "shapelint", ...SERVE] };
  }
  return { command: "shapelint", args: [...SERVE] };
}

/** One line for somebody whose server does not start. */
export function adviceFor(launch: Launch, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const missing = /ENOENT/.test(reason);
  return missing
    ? `'${launch.command}' was not found: install shapelint with its extra lsp, or set shapelint.interpreter`
    : `'${[launch.command, ...launch.args].join(" ")}' did not start: ${reason}`;
}
