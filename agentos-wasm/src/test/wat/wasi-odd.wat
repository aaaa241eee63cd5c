;; A command that takes fd_close for something else.
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i64) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $close (i64.const 3)))))
