//! What surrounds ops: regions, calls and casts.

use crate::{
    function::{Callee, Contents, Function},
    ops, parts,
    value::{Type, Value},
};

/// How deep regions are in each other at most.
const MOST_REGIONS: usize = 2;

/// The length of a block from which on layers of layers are not repeated: some modules
/// would take most of the time.
const LONG: usize = 30_000;

/// Writes something into the function: an op of the dialect, or what surrounds
/// some.
///
/// # Errors
///
/// When the dialect refuses an op.
pub fn statement(f: &mut Function<'_>, callees: &[Callee]) -> Result<(), String> {
    match f.random.below(100) {
        0..8 if f.depth() < MOST_REGIONS => r#if(f, callees),
        8..16 if f.depth() < MOST_REGIONS => r#for(f, callees),
        16..24 if !callees.is_empty() => {
            call(f, callees);
            Ok(())
        }
        24..28 => {
            cast(f);
            Ok(())
        }
        28..38 => parts::parts(f),
        38..42 => layers(f, callees),
        _ => {
            let entries = ops::entries();
            let entry = f.random.pick(&entries);
            let op = (entry.draw)(f, entry.name);
            f.write(op).map(|_| ())
        }
    }
}

/// Some statements, of which there is one at least.
fn statements(f: &mut Function<'_>, callees: &[Callee]) -> Result<(), String> {
    for _ in 0..f.random.between(1..4) {
        statement(f, callees)?;
    }
    Ok(())
}

/// Some statements, and the same again up to four times.
fn layers(f: &mut Function<'_>, callees: &[Callee]) -> Result<(), String> {
    let (start, seen) = (f.text.len(), f.seen());
    statements(f, callees)?;
    let end = f.text.len();
    let mut last = start..end;
    for _ in 0..f.random.between(1..5) {
        if f.text.len() > LONG {
            break;
        }
        f.repeat(last.start, seen);
        last = last.end..f.text.len();
    }
    Ok(())
}

/// A condition: a constant or an argument.
fn condition(f: &mut Function<'_>) -> Value {
    if f.random.chance(70) {
        return match f.find_often(|value| value.r#type == Type::Bool) {
            Some(found) => found,
            None => f.argument(Type::Bool, Contents::Scalar),
        };
    }
    let attributes = format!(" <{{value = {}}}>", f.random.chance(50));
    f.generic("arith.constant", &attributes, &[], vec![Type::Bool])
        .remove(0)
}

/// A choice between two blocks that give values of the same types.
fn r#if(f: &mut Function<'_>, callees: &[Callee]) -> Result<(), String> {
    let condition = condition(f);
    f.note_use(&condition);
    let (then, types) = f.block(|f| -> Result<_, String> {
        let before = f.seen();
        statements(f, callees)?;
        let mut types = Vec::new();
        let mut yielded = Vec::new();
        for _ in 0..f.random.between(1..3) {
            let again = f.random.chance(25);
            let found = f.find_since(before, |value| {
                value.tensor().is_some() && (again || !yielded.contains(value))
            });
            if let Some(value) = found {
                types.push(value.r#type.clone());
                yielded.push(value);
            }
        }
        r#yield(f, &yielded);
        Ok(types)
    });
    let types = types?;
    let (otherwise, done) = f.block(|f| -> Result<_, String> {
        statements(f, callees)?;
        let yielded = of_types(f, &types);
        r#yield(f, &yielded);
        Ok(())
    });
    done?;
    let results = results(f, &types);
    let list = list(&types);
    let (names, arrow) = match results.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("{} = ", names(&results)), format!(" -> ({list})")),
    };
    f.line(&format!("{names}scf.if {}{arrow} {{", condition.name));
    f.text.push_str(&then);
    f.line("} else {");
    f.text.push_str(&otherwise);
    f.line("}");
    results.into_iter().for_each(|value| f.show(value));
    Ok(())
}

/// A loop that carries tensors, of 0 to 3 rounds.
fn r#for(f: &mut Function<'_>, callees: &[Callee]) -> Result<(), String> {
    let rounds = f.random.below(4);
    let lower = f.random.below(3);
    let step = f.random.between(1..3);
    let bounds = [lower, lower + rounds * step, step];
    let bounds = bounds.map(|bound| f.index(bound));
    let mut carried = vec![f.any_float(0).0];
    for _ in 0..f.random.below(3) {
        carried.push(match f.random.chance(50) {
            true => f.of_type(&carried[0].r#type),
            false => f.any_float(0).0,
        });
    }
    carrying(f, &bounds, &carried, |f, _, arguments| {
        let before = f.seen();
        statements(f, callees)?;
        let mut yielded: Vec<Value> = Vec::new();
        for argument in arguments {
            let Type::Tensor(tensor) = &argument.r#type else {
                unreachable!("{argument:?} was drawn as a tensor")
            };
            let fits = |value: &Value| value.tensor().is_some_and(|found| found.is_like(tensor));
            let same = yielded.iter().find(|value| fits(value)).cloned();
            let same = same.filter(|_| f.random.chance(30));
            let value = match same.or_else(|| f.find_since(before, fits)) {
                Some(value) => value,
                None => {
                    // Of the type of its operand, with its unit.
                    let relu = f.generic(
                        "fidelity.relu",
                        "",
                        std::slice::from_ref(argument),
                        vec![argument.r#type.clone()],
                    );
                    f.ops.push("fidelity.relu");
                    relu[0].clone()
                }
            };
            let value = f.cast(value, tensor);
            yielded.push(value);
        }
        Ok(yielded)
    })
}

/// Writes a loop from, to and in steps of bounds, which carries values. `round` writes a
/// round, given the name of the counter and what is carried, and gives what the next round
/// gets, of the same types.
///
/// # Errors
///
/// What `round` gives.
pub fn carrying(
    f: &mut Function<'_>,
    bounds: &[Value; 3],
    carried: &[Value],
    round: impl FnOnce(&mut Function<'_>, &str, &[Value]) -> Result<Vec<Value>, String>,
) -> Result<(), String> {
    let types: Vec<_> = carried.iter().map(|value| value.r#type.clone()).collect();
    let counter = f.fresh();
    let arguments = results(f, &types);
    let (body, done) = f.block(|f| -> Result<_, String> {
        arguments
            .iter()
            .for_each(|argument| f.show(argument.clone()));
        let yielded = round(f, &counter, &arguments)?;
        r#yield(f, &yielded);
        Ok(())
    });
    done?;
    let results = results(f, &types);
    let pairs: Vec<_> = (arguments.iter().zip(carried))
        .map(|(argument, value)| format!("{} = {}", argument.name, value.name))
        .collect();
    for value in bounds.iter().chain(carried) {
        f.note_use(value);
    }
    let [lower, upper, step] = bounds.each_ref().map(|bound| &bound.name);
    f.line(&format!(
        "{} = scf.for {counter} = {lower} to {upper} step {step} iter_args({}) -> ({}) {{",
        names(&results),
        pairs.join(", "),
        list(&types)
    ));
    f.text.push_str(&body);
    f.line("}");
    results.into_iter().for_each(|value| f.show(value));
    Ok(())
}

fn call(f: &mut Function<'_>, callees: &[Callee]) {
    let callee = f.random.pick(callees).clone();
    let operands = of_types(f, &callee.arguments);
    let attributes = format!(" <{{callee = @{}}}>", callee.symbol);
    f.generic("func.call", &attributes, &operands, callee.results);
}

/// Values of those types, sometimes one for several.
fn of_types(f: &mut Function<'_>, types: &[Type]) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for r#type in types {
        let same = values.iter().find(|value| value.r#type == *r#type).cloned();
        let same = same.filter(|_| f.random.chance(30));
        values.push(same.unwrap_or_else(|| f.of_type(r#type)));
    }
    values
}

/// A cast of a tensor, which forgets or learns some sizes.
fn cast(f: &mut Function<'_>) {
    let (value, _, _) = f.any_float(1);
    if let Some(mut to) = value.tensor().cloned() {
        for dynamic in &mut to.dynamic {
            *dynamic ^= f.random.chance(50);
        }
        f.cast(value, &to);
    }
}

fn r#yield(f: &mut Function<'_>, values: &[Value]) {
    values.iter().for_each(|value| f.note_use(value));
    let types: Vec<_> = values.iter().map(|value| value.r#type.clone()).collect();
    if !values.is_empty() {
        f.line(&format!("scf.yield {} : {}", names(values), list(&types)));
    }
}

/// New values of those types, which nobody sees yet.
fn results(f: &mut Function<'_>, types: &[Type]) -> Vec<Value> {
    (types.iter())
        .map(|r#type| Value {
            name: f.fresh(),
            r#type: r#type.clone(),
        })
        .collect()
}

fn names(values: &[Value]) -> String {
    let names: Vec<_> = values.iter().map(|value| value.name.as_str()).collect();
    names.join(", ")
}

fn list(types: &[Type]) -> String {
    let types: Vec<_> = types.iter().map(Type::to_string).collect();
    types.join(", ")
}
