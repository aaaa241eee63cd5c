;; Allocates beyond its memory.
(module

  (memory (export "memory") 1)
  (func (export "alloc") (param i32) (result i32) (i32.const 65535))
  (func (export "run") (param $address i32) (param $length i32) (result i64) (i64.const 0)))
