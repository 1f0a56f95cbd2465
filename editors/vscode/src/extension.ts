import * as vscode from "vscode";
import { LanguageClient, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { htmlOf, isModelPage } from "./page";
import { adviceFor, launchOf, type Launch } from "./serverCommand";
import { statusOf, type Phase } from "./status";

const SELECTOR = [
  { scheme: "file", language: "python" },
  { scheme: "untitled", language: "python" },
  { scheme: "vscode-notebook-cell", language: "python" },
];

let client: LanguageClient | undefined;
let status: vscode.StatusBarItem;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  status = vscode.window.createStatusBarItem("shapelint", vscode.StatusBarAlignment.Right);
  status.name = "shapelint";
  status.command = "shapelint.restart";
  status.show();
  const register = vscode.commands.registerCommand;
  context.subscriptions.push(
    status,
    register("shapelint.restart", () => restart()),
    register("shapelint.showModel", () => onAModel("shapelint.show")),
    register("shapelint.pickModelInput", () => onAModel("shapelint.pickInput")),
    register("shapelint.annotateFile", () => annotateFile()),
    register("shapelint.openDocumentation", () => openDocumentation(context)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("shapelint.command") || change.affectsConfiguration("shapelint.interpreter")) {
        void restart();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

function launch(): Launch {
  const settings = vscode.workspace.getConfiguration("shapelint");
  return launchOf(settings.get<string[]>("command", []), settings.get<string>("interpreter", ""));
}

function tell(phase: Phase, server: Launch): void {
  const { text, tooltip } = statusOf(phase, [server.command, ...server.args].join(" "));
  status.text = text;
  status.tooltip = tooltip;
}

async function restart(): Promise<void> {
  await client?.stop().catch(() => undefined);
  const server = launch();
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    synchronize: { configurationSection: "shapelint" },
    initializationOptions: vscode.workspace.getConfiguration("shapelint"),
    middleware: {
      executeCommand: async (command, args, next) => {
        const result: unknown = await next(command, args);
        if (command === "shapelint.show" && isModelPage(result)) {
          const panel = vscode.window.createWebviewPanel("shapelint", result.title, vscode.ViewColumn.Beside);
          panel.webview.html = htmlOf(result);
        }
        return result;
      },
    },
  };
  client = new LanguageClient("shapelint", "shapelint", server, options);
  client.onDidChangeState(({ newState }) => {
    tell(newState === State.Running ? "running" : newState === State.Starting ? "starting" : "stopped", server);
  });
  try {
    await client.start();
  } catch (error) {
    tell("stopped", server);
    void vscode.window.showErrorMessage(`shapelint: ${adviceFor(server, error)}`);
  }
}

/** Runs a command of the server on a class of the active file; which one, the code lenses know. */
async function onAModel(command: string): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) {
    return;
  }
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri);
  const targets = lenses.flatMap((lens) => (lens.command?.command === command ? [lens.command.arguments ?? []] : []));
  const names = targets.map((target) => String(target[1]));
  const name = names.length > 1 ? await vscode.window.showQuickPick(names, { title: "Which model?" }) : names[0];
  const target = targets[names.indexOf(name ?? "")];
  if (target !== undefined) {
    await vscode.commands.executeCommand(command, ...target);
  } else if (names.length === 0) {
    void vscode.window.showInformationMessage("shapelint: no module class in this file");
  }
}

async function annotateFile(): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || client === undefined) {
    return;
  }
  const address = client.code2ProtocolConverter.asUri(uri);
  const written = await vscode.commands.executeCommand<boolean>("shapelint.annotate", address);
  if (!written) {
    void vscode.window.showInformationMessage("shapelint: no shape comment is missing");
  }
}

async function openDocumentation(context: vscode.ExtensionContext): Promise<void> {
  const page = vscode.Uri.joinPath(context.extensionUri, "docs", "editors.md");
  await vscode.commands.executeCommand("markdown.showPreview", page);
}
