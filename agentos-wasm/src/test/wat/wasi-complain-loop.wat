;; A command that writes to its standard error without end.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $f (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\04\00\00\00\04\00\00")
  (func (export "_start")
    (loop $again
      (drop (call $f (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $again))))
