//! The text of the functions.

use super::{BitNet, EPSILON, LANES};
use std::fmt::Write;

impl BitNet {
    /// Writes a function that takes so many tokens.
    pub fn function(&self, text: &mut String, name: &str, tokens: usize) -> std::fmt::Result {
        let [keys, values] = self.caches().map(tensor);
        let rows = self.vocabulary / LANES;
        let table = format!("tensor<{rows}x{}x{LANES}xf16>", self.width);
        let caches = (0..self.layers).map(|layer| {
            format!(
                ", %k{layer}: {keys} {{fidelity.aliasing_output = {}}}, \
                 %v{layer}: {values} {{fidelity.aliasing_output = {}}}",
                2 * layer + 1,
                2 * layer + 2
            )
        });
        let cache_types = format!(", {keys}, {values}").repeat(self.layers);
        let logits = tensor([rows, LANES]);
        writeln!(
            text,
            "func.func @{name}(%tokens: tensor<{tokens}xi32>, %position: index{}) \
             -> ({logits}{cache_types}) {{
  %zero = arith.constant 0.0 : f32
  %scale = arith.constant dense<0.02> : tensor<f32>
  %table = tensor.empty() {{weight = \"head\"}} : {table}",
            caches.collect::<String>()
        )?;
        self.embeddings(text, tokens, &table)?;
        self.positions(text, tokens)?;
        for layer in 0..self.layers {
            self.attention(text, layer, tokens)?;
            self.feed_forward(text, layer, tokens)?;
        }
        self.head_of_last(text, tokens, &table)?;
        let next = (0..self.layers).map(|layer| format!(", %kn{layer}, %vn{layer}"));
        writeln!(
            text,
            "  return %logits{} : {logits}{cache_types}\n}}",
            next.collect::<String>()
        )
    }

    fn embeddings(&self, text: &mut String, tokens: usize, table: &str) -> std::fmt::Result {
        let embedded = tensor([tokens, self.width]);
        writeln!(
            text,
            "  %lanes = arith.constant {LANES} : index
  %room = tensor.empty() : {embedded}
  %x0 = linalg.generic {{indexing_maps = [affine_map<(t, d) -> (t)>, affine_map<(t, d) -> (t, d)>],
      iterator_types = [\"parallel\", \"parallel\"]}}
      ins(%tokens : tensor<{tokens}xi32>) outs(%room : {embedded}) {{
  ^bb0(%token: i32, %_: f32):
    %row = arith.index_cast %token : i32 to index
    %d = linalg.index 1 : index
    %block = arith.divui %row, %lanes : index
    %lane = arith.remui %row, %lanes : index
    %narrow = tensor.extract %table[%block, %d, %lane] : {table}
    %wide = arith.extf %narrow : f16 to f32
    linalg.yield %wide : f32
  }} -> {embedded}"
        )
    }

    /// The cosine and the sine of each position and pair of numbers.
    fn positions(&self, text: &mut String, tokens: usize) -> std::fmt::Result {
        let (all, some) = (
            tensor([self.context, self.head() / 2]),
            tensor([tokens, self.head() / 2]),
        );
        for name in ["cos", "sin"] {
            writeln!(
                text,
                "  %all_{name} = tensor.empty() {{weight = \"{name}\"}} : {all}
  %{name} = tensor.extract_slice %all_{name}[%position, 0] [{tokens}, {}] [1, 1] : {all} to {some}",
                self.head() / 2
            )?;
        }
        Ok(())
    }

    /// %to = a ternary layer of %from, with its norm and quantisation.
    fn layer(
        &self,
        text: &mut String,
        [to, from]: [&str; 2],
        weight: &str,
        [outputs, inputs]: [usize; 2],
        tokens: usize,
    ) -> std::fmt::Result {
        let weights = format!("tensor<{outputs}x{inputs}xi8, #fidelity.tensor<storage = tiled2>>");
        let (x, y, norm) = (
            tensor([tokens, inputs]),
            tensor([tokens, outputs]),
            tensor([inputs]),
        );
        writeln!(
            text,
            "  %w_{to} = tensor.empty() {{weight = \"{weight}\"}} : {weights}
  %n_{to} = tensor.empty() {{weight = \"norm.{inputs}\"}} : {norm}
  %{to} = fidelity.bit_linear %{from}, %w_{to} scale %scale norm %n_{to} {{epsilon = {EPSILON} : f64}}
    : ({x}, {weights}, tensor<f32>, {norm}) -> {y}"
        )
    }

    fn attention(&self, text: &mut String, layer: usize, tokens: usize) -> std::fmt::Result {
        let Self {
            width,
            kv_heads,
            context,
            ..
        } = *self;
        let (size, group) = (self.head(), self.heads / kv_heads);
        let [[_, qkv], ..] = self.ternary_layers().map(|(_, [outputs, _])| [0, outputs]);
        let joined = format!("qkv{layer}");
        let of = |name: &str| format!("{name}.{layer}");
        let weight = of("qkv");
        self.layer(
            text,
            [&joined, &format!("x{layer}")],
            &weight,
            [qkv, width],
            tokens,
        )?;
        let all = tensor([tokens, qkv]);
        let mut begin = 0;
        for (name, heads) in [("q", self.heads), ("key", kv_heads), ("value", kv_heads)] {
            let (flat, of_heads) = (
                tensor([tokens, heads * size]),
                tensor([tokens, heads, 2, size / 2]),
            );
            writeln!(
                text,
                "  %{name}_flat{layer} = tensor.extract_slice %{joined}[0, {begin}] [{tokens}, {}] [1, 1] \
                 : {all} to {flat}
  %{name}_apart{layer} = tensor.expand_shape %{name}_flat{layer} [[0], [1, 2, 3]] \
                 output_shape [{tokens}, {heads}, 2, {}] : {flat} into {of_heads}",
                heads * size,
                size / 2
            )?;
            begin += heads * size;
            if name != "value" {
                rotate(
                    text,
                    &format!("{name}{layer}"),
                    &format!("{name}_apart{layer}"),
                    [tokens, heads, size / 2],
                )?;
            }
        }
        let [cache_of_keys, cache_of_values] = self.caches().map(tensor);
        let by_token = tensor([tokens, kv_heads, size]);
        for (name, from, cache, to, next, r#type, order, place, sizes) in [
            (
                "key",
                format!("key{layer}"),
                format!("k{layer}"),
                [kv_heads, size, tokens],
                format!("kn{layer}"),
                &cache_of_keys,
                "[1, 2, 0]",
                "[0, 0, %position]",
                format!("[{kv_heads}, {size}, {tokens}]"),
            ),
            (
                "value",
                format!("value_apart{layer}"),
                format!("v{layer}"),
                [kv_heads, tokens, size],
                format!("vn{layer}"),
                &cache_of_values,
                "[1, 0, 2]",
                "[0, %position, 0]",
                format!("[{kv_heads}, {tokens}, {size}]"),
            ),
        ] {
            let turned = tensor(to);
            let apart = tensor([tokens, kv_heads, 2, size / 2]);
            writeln!(
                text,
                "  %{name}_whole{layer} = tensor.collapse_shape %{from} [[0], [1], [2, 3]] : {apart} into {by_token}
  %{name}_room{layer} = tensor.empty() : {turned}
  %{name}_turned{layer} = linalg.transpose ins(%{name}_whole{layer} : {by_token}) \
                 outs(%{name}_room{layer} : {turned}) permutation = {order}
  %{next} = tensor.insert_slice %{name}_turned{layer} into %{cache}{place} {sizes} [1, 1, 1] \
                 : {turned} into {type}"
            )?;
        }
        let queries = tensor([tokens, kv_heads, group, size]);
        let scores = tensor([kv_heads, group, tokens, context]);
        let apart = tensor([tokens, self.heads, 2, size / 2]);
        let flat = tensor([tokens, self.heads * size]);
        let factor = 1.0 / (size as f64).sqrt();
        writeln!(
            text,
            "  %q_joined{layer} = tensor.collapse_shape %q{layer} [[0], [1, 2, 3]] : {apart} into {flat}
  %query{layer} = tensor.expand_shape %q_joined{layer} [[0], [1, 2, 3]] \
             output_shape [{tokens}, {kv_heads}, {group}, {size}] : {flat} into {queries}
  %s_room{layer} = tensor.empty() : {scores}
  %s_zero{layer} = linalg.fill ins(%zero : f32) outs(%s_room{layer} : {scores}) -> {scores}
  %s{layer} = linalg.generic {{indexing_maps = [affine_map<(h, g, t, d, j) -> (t, h, g, d)>,
      affine_map<(h, g, t, d, j) -> (h, d, j)>, affine_map<(h, g, t, d, j) -> (h, g, t, j)>],
      iterator_types = [\"parallel\", \"parallel\", \"parallel\", \"reduction\", \"parallel\"]}}
      ins(%query{layer}, %kn{layer} : {queries}, {cache_of_keys}) outs(%s_zero{layer} : {scores}) {{
  ^bb0(%q: f32, %k: f32, %sum: f32):
    %p = arith.mulf %q, %k : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  }} -> {scores}
  %factor{layer} = arith.constant {factor:.9} : f32
  %none{layer} = arith.constant 0xFF800000 : f32
  %masked{layer} = linalg.generic {{indexing_maps = [affine_map<(h, g, t, j) -> (h, g, t, j)>,
      affine_map<(h, g, t, j) -> (h, g, t, j)>],
      iterator_types = [\"parallel\", \"parallel\", \"parallel\", \"parallel\"]}}
      ins(%s{layer} : {scores}) outs(%s_room{layer} : {scores}) {{
  ^bb0(%s: f32, %_: f32):
    %t = linalg.index 2 : index
    %j = linalg.index 3 : index
    %now = arith.addi %t, %position : index
    %is_seen = arith.cmpi ule, %j, %now : index
    %scaled = arith.mulf %s, %factor{layer} : f32
    %seen = arith.select %is_seen, %scaled, %none{layer} : f32
    linalg.yield %seen : f32
  }} -> {scores}
  %weight{layer} = linalg.softmax dimension(3) ins(%masked{layer} : {scores}) outs(%s_room{layer} : {scores}) -> {scores}
  %o_room{layer} = tensor.empty() : {queries}
  %o_zero{layer} = linalg.fill ins(%zero : f32) outs(%o_room{layer} : {queries}) -> {queries}
  %o{layer} = linalg.generic {{indexing_maps = [affine_map<(t, h, g, j, d) -> (h, g, t, j)>,
      affine_map<(t, h, g, j, d) -> (h, j, d)>, affine_map<(t, h, g, j, d) -> (t, h, g, d)>],
      iterator_types = [\"parallel\", \"parallel\", \"parallel\", \"reduction\", \"parallel\"]}}
      ins(%weight{layer}, %vn{layer} : {scores}, {cache_of_values}) outs(%o_zero{layer} : {queries}) {{
  ^bb0(%w: f32, %v: f32, %sum: f32):
    %p = arith.mulf %w, %v : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  }} -> {queries}
  %mixed{layer} = tensor.collapse_shape %o{layer} [[0], [1, 2, 3]] : {queries} into {flat}"
        )?;
        let (to, from) = (format!("back{layer}"), format!("mixed{layer}"));
        self.layer(text, [&to, &from], &of("o"), [width, width], tokens)?;
        let x = tensor([tokens, width]);
        writeln!(
            text,
            "  %y{layer} = fidelity.add %x{layer}, %{to} : ({x}, {x}) -> {x}"
        )
    }

    fn feed_forward(&self, text: &mut String, layer: usize, tokens: usize) -> std::fmt::Result {
        let Self {
            width,
            intermediate,
            ..
        } = *self;
        let (joined, from) = (format!("joined{layer}"), format!("y{layer}"));
        let weight = format!("gate_up.{layer}");
        self.layer(
            text,
            [&joined, &from],
            &weight,
            [2 * intermediate, width],
            tokens,
        )?;
        let (all, half) = (
            tensor([tokens, 2 * intermediate]),
            tensor([tokens, intermediate]),
        );
        writeln!(
            text,
            "  %gate{layer} = tensor.extract_slice %{joined}[0, 0] [{tokens}, {intermediate}] [1, 1] : {all} to {half}
  %up{layer} = tensor.extract_slice %{joined}[0, {intermediate}] [{tokens}, {intermediate}] [1, 1] : {all} to {half}
  %relu{layer} = fidelity.relu %gate{layer} : {half}
  %square{layer} = fidelity.multiply %relu{layer}, %relu{layer} : ({half}, {half}) -> {half}
  %act{layer} = fidelity.multiply %square{layer}, %up{layer} : ({half}, {half}) -> {half}"
        )?;
        let (to, from) = (format!("down{layer}"), format!("act{layer}"));
        let weight = format!("down.{layer}");
        self.layer(text, [&to, &from], &weight, [width, intermediate], tokens)?;
        let x = tensor([tokens, width]);
        writeln!(
            text,
            "  %x{} = fidelity.add %y{layer}, %{to} : ({x}, {x}) -> {x}",
            layer + 1
        )
    }

    /// The logits of the last token.
    fn head_of_last(&self, text: &mut String, tokens: usize, table: &str) -> std::fmt::Result {
        let Self { width, layers, .. } = *self;
        let (all, one, flat) = (tensor([tokens, width]), tensor([1, width]), tensor([width]));
        let logits = tensor([self.vocabulary / LANES, LANES]);
        writeln!(
            text,
            "  %last = tensor.extract_slice %x{layers}[{}, 0] [1, {width}] [1, 1] : {all} to {one}
  %n_last = tensor.empty() {{weight = \"norm.{width}\"}} : {flat}
  %normed = fidelity.rms_norm %last weight %n_last {{epsilon = {EPSILON} : f64}} : ({one}, {flat}) -> {one}
  %vector = tensor.collapse_shape %normed [[0, 1]] : {one} into {flat}
  %l_room = tensor.empty() : {logits}
  %l_zero = linalg.fill ins(%zero : f32) outs(%l_room : {logits}) -> {logits}
  %logits = linalg.generic {{indexing_maps = [affine_map<(v, d, l) -> (d)>,
      affine_map<(v, d, l) -> (v, d, l)>, affine_map<(v, d, l) -> (v, l)>],
      iterator_types = [\"parallel\", \"reduction\", \"parallel\"]}}
      ins(%vector, %table : {flat}, {table}) outs(%l_zero : {logits}) {{
  ^bb0(%x: f32, %narrow: f16, %sum: f32):
    %wide = arith.extf %narrow : f16 to f32
    %p = arith.mulf %x, %wide : f32
    %next = arith.addf %sum, %p : f32
    linalg.yield %next : f32
  }} -> {logits}",
            tokens - 1
        )
    }
}

/// %to = pairs of numbers turned by the angle of their position: (a, b) becomes
/// (a cos - b sin, a sin + b cos).
fn rotate(
    text: &mut String,
    to: &str,
    from: &str,
    [tokens, heads, half]: [usize; 3],
) -> std::fmt::Result {
    let (apart, part, angles) = (
        tensor([tokens, heads, 2, half]),
        tensor([tokens, heads, half]),
        tensor([tokens, half]),
    );
    for (name, at) in [("a", 0), ("b", 1)] {
        writeln!(
            text,
            "  %{name}_{to} = tensor.extract_slice %{from}[0, 0, {at}, 0] [{tokens}, {heads}, 1, {half}] \
             [1, 1, 1, 1] : {apart} to {part}"
        )?;
    }
    writeln!(
        text,
        "  %room_{to} = tensor.empty() : {part}\n  %whole_{to} = tensor.empty() : {apart}"
    )?;
    let mut whole = format!("whole_{to}");
    for (at, (by, by_other, sign)) in [("cos", "sin", "subf"), ("sin", "cos", "addf")]
        .into_iter()
        .enumerate()
    {
        let name = match at {
            0 => format!("half_{to}"),
            _ => to.to_owned(),
        };
        writeln!(
            text,
            "  %turned{at}_{to} = linalg.generic {{indexing_maps = [affine_map<(t, h, i) -> (t, h, i)>,
      affine_map<(t, h, i) -> (t, h, i)>, affine_map<(t, h, i) -> (t, i)>, affine_map<(t, h, i) -> (t, i)>,
      affine_map<(t, h, i) -> (t, h, i)>], iterator_types = [\"parallel\", \"parallel\", \"parallel\"]}}
      ins(%a_{to}, %b_{to}, %{by}, %{by_other} : {part}, {part}, {angles}, {angles}) outs(%room_{to} : {part}) {{
  ^bb0(%a: f32, %b: f32, %x: f32, %y: f32, %_: f32):
    %p = arith.mulf %a, %x : f32
    %q = arith.mulf %b, %y : f32
    %r = arith.{sign} %p, %q : f32
    linalg.yield %r : f32
  }} -> {part}
  %{name} = tensor.insert_slice %turned{at}_{to} into %{whole}[0, 0, {at}, 0] [{tokens}, {heads}, 1, {half}] \
             [1, 1, 1, 1] : {part} into {apart}"
        )?;
        whole = name;
    }
    Ok(())
}

/// The type of a tensor of f32.
fn tensor<const N: usize>(sizes: [usize; N]) -> String {
    let sizes: String = sizes.iter().map(|size| format!("{size}x")).collect();
    format!("tensor<{sizes}f32>")
}
