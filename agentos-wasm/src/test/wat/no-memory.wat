;; Keeps its memory to itself.
(module

  (memory 1)
  (func (export "alloc") (param i32) (result i32) (i32.const 0))
  (func (export "run") (param $address i32) (param $length i32) (result i64) (i64.const 0)))
