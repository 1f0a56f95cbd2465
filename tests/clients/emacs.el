;; Emacs with Eglot as another client that nobody here wrote.  By hand, from the root of the repository, with shapelint[lsp]
;; installed (Emacs 28 needs Eglot as a package, Debian's elpa-eglot; 29 has it):
;;
;;     emacs --batch -l tests/clients/emacs.el fixtures/models/netd.py
;;
;; SHAPELINT is the command of the server if it is not `shapelint server`.
(setq user-emacs-directory (file-name-as-directory (make-temp-file "emacs" t)))
(package-initialize)
(require 'eglot)
(setq eglot-server-programs
      `((python-mode . ,(split-string (or (getenv "SHAPELINT") "shapelint server --stdio")))))

(defun findings (number)
  "Wait until Flymake has NUMBER findings of the current buffer."
  (let ((left 600))
    (while (and (> left 0) (/= number (length (flymake-diagnostics))))
      (setq left (1- left))
      (accept-process-output nil 0.1))
    (message "%s  %d findings" (if (> left 0) "ok    " "FAILED") number)
    (if (= left 0) (kill-emacs 1))))

(find-file (car command-line-args-left))
(setq command-line-args-left nil)
(python-mode)
(setq eglot-sync-connect t)
(apply #'eglot--connect (eglot--guess-contact))
(findings 1)
(message "%s" (flymake-diagnostic-text (car (flymake-diagnostics))))
(goto-char (point-min))
(search-forward "# state size. (64) x 48 x 48" nil nil 2)
(replace-match "# state size. (128) x 48 x 48")
(eglot--signal-textDocument/didChange)
(findings 0)
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
