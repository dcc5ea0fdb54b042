//! Passes with their options and statistics.

use crate::{
    Result,
    names::{Scope, doc},
};
use tblgen::{RecordKeeper, record::Record};

/// A group of passes.
pub struct PassRecords(pub Vec<PassRecord>);

pub struct PassRecord {
    pub class: String,
    pub summary: String,
    pub options: Vec<PassOption>,
    pub statistics: Vec<Statistic>,
}

pub struct PassOption {
    pub name: String,
    /// The Rust field.
    pub rust: String,
    pub description: String,
    pub kind: OptionKind,
    pub is_list: bool,
}

pub struct Statistic {
    /// The C++ member.
    pub name: String,
    /// What reports call it.
    pub reported: String,
    /// The Rust constant.
    pub rust: String,
    pub description: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionKind {
    Bool,
    I64,
    U32,
    F64,
    Text,
}

impl PassRecords {
    pub fn read(keeper: &RecordKeeper<'_>) -> Result<Self> {
        let mut passes = Vec::new();
        for record in keeper.all_derived_definitions_if_defined("PassBase") {
            passes.push(PassRecord::read(record)?);
        }
        Ok(Self(passes))
    }
}

impl PassRecord {
    fn read(record: Record<'_>) -> Result<Self> {
        let class = record.name()?;
        let mut fields = Scope::new(class);
        let mut options = Vec::new();
        for option in record.list_of_defs_value("options")? {
            options.push(PassOption::read(class, option, &mut fields)?);
        }
        let mut constants = Scope::new(class);
        let mut statistics = Vec::new();
        for statistic in record.list_of_defs_value("statistics")? {
            let name = statistic.str_value("cppName")?;
            let rust = constants.value(name, "statistic", &[])?;
            statistics.push(Statistic {
                name: name.into(),
                reported: doc(statistic.str_value("name")?),
                rust: rust.trim_start_matches("r#").to_uppercase(),
                description: doc(statistic.str_value("description")?),
            });
        }
        Ok(Self {
            class: class.into(),
            summary: doc(record.str_value("summary")?),
            options,
            statistics,
        })
    }
}

impl PassOption {
    fn read(pass: &str, record: Record<'_>, fields: &mut Scope<'_>) -> Result<Self> {
        let name = record.str_value("cppName")?;
        Ok(Self {
            name: name.into(),
            rust: fields.value(name, "option", &[])?,
            description: doc(record.str_value("description")?),
            kind: match record.str_value("type")? {
                "bool" => OptionKind::Bool,
                "int64_t" => OptionKind::I64,
                "unsigned" => OptionKind::U32,
                "double" => OptionKind::F64,
                "std::string" => OptionKind::Text,
                other => {
                    return Err(format!(
                        "{pass}: expected the option `{name}` to be bool, int64_t, unsigned, \
                         double or std::string, but got {other}"
                    )
                    .into());
                }
            },
            is_list: record.subclass_of("ListOption"),
        })
    }
}
