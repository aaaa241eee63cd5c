;; A command that gives way without end.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $f (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\04\00\00\00\04\00\00")
  (func (export "_start")
    (loop $again
      (drop (call $f))
      (br $again))))
