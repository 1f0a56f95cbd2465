/** The page of a model: what the server's command `shapelint.show` gives, as HTML. */

export interface ModelPage {
  title: string;
  text: string;
}

/** Whether a value is what the server sends for a model. */
export function isModelPage(value: unknown): value is ModelPage {
  const page = value as ModelPage | null;
  return typeof page === "object" && page !== null && typeof page.title === "string" && typeof page.text === "string";
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter);
}

/** A page without scripts; what is in the linted file is shown as text and as nothing else. */
export function htmlOf(page: ModelPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(page.title)}</title>
<style>pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }</style>
</head>
<body><pre>${escaped(page.text)}</pre></body>
</html>`;
}
