-- Neovim as a client that nobody here wrote.  By hand, from the root of the repository, with shapelint[lsp] installed:
--
--     nvim --headless -u NONE -S tests/clients/neovim.lua fixtures/models/netd.py
--
-- SHAPELINT is the command of the server if it is not `shapelint server`.  Exits with 1 if something is not as it should be.
local function check(what, holds)
  io.write(holds and "ok      " or "FAILED  ", what, "\n")
  if not holds then
    vim.cmd("cquit 1")
  end
end

local buffer = vim.api.nvim_get_current_buf()
local command = vim.split(vim.env.SHAPELINT or "shapelint server --stdio", " ")
local client = vim.lsp.start_client({ name = "shapelint", cmd = command, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(buffer, client)

local function findings()
  return vim.diagnostic.get(buffer)
end

local function wait(what, condition)
  check(what, vim.wait(60000, condition, 20))
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 60000)
  return answers and answers[client] and answers[client].result or {}
end

local document = vim.lsp.util.make_text_document_params(buffer)
wait("one finding", function()
  return #findings() == 1
end)
local finding = findings()[1]
check("it is the stale comment in line 19", finding.code == "SHP202" and finding.lnum == 18)

local whole = { start = { line = 0, character = 0 }, ["end"] = { line = 200, character = 0 } }
local hints = ask("textDocument/inlayHint", { textDocument = document, range = whole })
local by_line = {}
for _, hint in ipairs(hints) do
  by_line[hint.position.line + 1] = hint.label
end
check(#hints .. " hints, one is (N, 128, 24, 24)", #hints > 20 and by_line[20] == "(N, 128, 24, 24)")

local hover = ask("textDocument/hover", { textDocument = document, position = { line = 15, character = 20 } })
check("hover has the chain", hover.contents and hover.contents.value:find("features.2: Conv2d", 1, true) ~= nil)

local at = { line = 18, character = 20 }
local actions = ask("textDocument/codeAction", {
  textDocument = document,
  range = { start = at, ["end"] = at },
  context = { diagnostics = {} },
})
check("a repair is offered", #actions > 0 and actions[1].isPreferred)
vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
check("it is made", vim.api.nvim_buf_get_lines(buffer, 18, 19, true)[1]:find("(128) x 48 x 48", 1, true) ~= nil)
wait("the finding is gone", function()
  return #findings() == 0
end)

vim.api.nvim_buf_set_lines(buffer, 0, 0, true, { "import (", "" })
wait("a broken file has the finding that says so", function()
  return #findings() == 1 and findings()[1].code == "SHP001"
end)
hints = ask("textDocument/inlayHint", { textDocument = document, range = whole })
check("its shapes are kept", #hints > 20)
vim.api.nvim_buf_set_lines(buffer, 0, 2, true, {})
wait("and all is well again", function()
  return #findings() == 0
end)
vim.cmd("qall!")
