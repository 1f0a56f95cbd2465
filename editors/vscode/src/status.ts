/** What the status item says of the server. */

export type Phase = "starting" | "running" | "stopped";

export interface StatusText {
  text: string;
  tooltip: string;
}

/** Text and tooltip for a phase; `launch` is the command line of the server. */
export function statusOf(phase: Phase, launch: string): StatusText {
  switch (phase) {
    case "starting":
      return { text: "$(loading~spin) shapelint", tooltip: `starting: ${launch}` };
    case "running":
      return { text: "$(check) shapelint", tooltip: `shapes and findings come from: ${launch}` };
    case "stopped":
      return { text: "$(circle-slash) shapelint", tooltip: "the server is not running; click to start it" };
  }
}
