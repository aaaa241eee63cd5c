;; A command that sleeps ten seconds, looks at the clock before and after it, and writes as one digit how many times ten there are between.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\01\00\00\00")
  (func (export "_start")
    (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 16)))
    (i64.store (i32.const 88) (i64.const 10000000000))
    (drop (call $poll (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 8)))
    (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 24)))
    (i32.store8 (i32.const 32) (i32.add (i32.const 48) (i32.wrap_i64 (i64.div_u
      (i64.sub (i64.load (i32.const 24)) (i64.load (i32.const 16)))
      (i64.const 10000000000)))))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
