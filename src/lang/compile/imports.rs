//! `import` and `from … import`.

use ruff_python_ast as ast;

use super::super::fail::R;
use super::Compiler;
use crate::bytecode::Op;

impl<'a> Compiler<'a> {
    pub fn import(&mut self, i: &'a ast::StmtImport) -> R {
        for alias in &i.names {
            let mark = self.mark();
            let dst = self.temp(i.range)?;
            let name = self.name_index(&alias.name, i.range)?;
            self.emit(Op::Import { dst, name, leaf: alias.asname.is_some() }, i.range)?;
            let target = match &alias.asname {
                Some(name) => name.as_str(),
                None => alias.name.split('.').next().unwrap_or_default(),
            };
            self.store_name(target, dst, i.range)?;
            self.release(mark);
        }
        Ok(())
    }

    pub fn import_from(&mut self, i: &'a ast::StmtImportFrom) -> R {
        let module_name = i.module.as_ref().map_or("", |m| m.as_str());
        if module_name == "__future__" && i.level == 0 {
            // It has done its work in the compiler.
            return Ok(());
        }
        let mark = self.mark();
        let module = self.temp(i.range)?;
        let full = format!("{}{module_name}", ".".repeat(i.level as usize));
        let name = self.name_index(&full, i.range)?;
        self.emit(Op::Import { dst: module, name, leaf: true }, i.range)?;
        for alias in &i.names {
            if alias.name.as_str() == "*" {
                self.emit(Op::ImportStar { module }, i.range)?;
                continue;
            }
            let inner = self.mark();
            let dst = self.temp(i.range)?;
            let name = self.name_index(&alias.name, i.range)?;
            self.emit(Op::ImportFrom { dst, module, name }, i.range)?;
            self.store_name(alias.asname.as_ref().unwrap_or(&alias.name), dst, i.range)?;
            self.release(inner);
        }
        self.release(mark);
        Ok(())
    }
}
