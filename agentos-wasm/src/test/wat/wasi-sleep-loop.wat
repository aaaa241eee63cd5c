;; A command that sleeps a second, without end.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $f (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\04\00\00\00\04\00\00")
  (func (export "_start")
    (loop $again
      (i32.store (i32.const 80) (i32.const 1)) (i64.store (i32.const 88) (i64.const 1000000000)) (drop (call $f (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 8)))
      (br $again))))
