//! What calls of the tables cost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::operation::delete_item::DeleteItemInput;
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::scan::ScanInput;
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Units by where they were consumed: `table`, or the name of an index; `table` and `history` where a call is about both.
pub(crate) type Units = BTreeMap<String, f64>;

/// Asks with every call what it cost, and notes the answers in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<Vec<Units>>>);

impl Meter {
    /// The costs of the calls since the last look.
    pub(crate) fn read(&self) -> Vec<Units> {
        std::mem::take(&mut *self.0.lock().expect("nobody panicked with it"))
    }
}

/// Makes a call say what it cost. Whether it is of a kind that costs something.
fn asks(input: &mut Input) -> bool {
    let asked = Some(ReturnConsumedCapacity::Indexes);
    if let Some(put) = input.downcast_mut::<PutItemInput>() {
        put.return_consumed_capacity = asked;
    } else if let Some(update) = input.downcast_mut::<UpdateItemInput>() {
        update.return_consumed_capacity = asked;
    } else if let Some(get) = input.downcast_mut::<GetItemInput>() {
        get.return_consumed_capacity = asked;
    } else if let Some(query) = input.downcast_mut::<QueryInput>() {
        query.return_consumed_capacity = asked;
    } else if let Some(transaction) = input.downcast_mut::<TransactWriteItemsInput>() {
        transaction.return_consumed_capacity = asked;
    } else {
        // Nobody here makes these: they would go by unseen.
        return input.downcast_ref::<DeleteItemInput>().is_none() && input.downcast_ref::<ScanInput>().is_none();
    }
    true
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if asks(context.input_mut()) { Ok(()) } else { Err("a call that the meter does not know".into()) }
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Ok(output)) = context.output_or_error() else { return Ok(()) };
        let one = output
            .downcast_ref::<PutItemOutput>()
            .and_then(PutItemOutput::consumed_capacity)
            .or_else(|| output.downcast_ref::<UpdateItemOutput>().and_then(UpdateItemOutput::consumed_capacity))
            .or_else(|| output.downcast_ref::<GetItemOutput>().and_then(GetItemOutput::consumed_capacity))
            .or_else(|| output.downcast_ref::<QueryOutput>().and_then(QueryOutput::consumed_capacity));
        let all = output.downcast_ref::<TransactWriteItemsOutput>().map(TransactWriteItemsOutput::consumed_capacity);
        let units = one.map(units).or_else(|| all.map(sum)).ok_or("a call that does not say what it cost")?;
        self.0.lock().map_err(|_| "poisoned")?.push(units);
        Ok(())
    }
}

fn units(capacity: &ConsumedCapacity) -> Units {
    let table = capacity.table().and_then(|table| Some(("table".to_owned(), table.capacity_units()?)));
    let indexes = capacity.global_secondary_indexes().into_iter().flatten();
    let indexes = indexes.filter_map(|(name, index)| Some((name.clone(), index.capacity_units()?)));
    table.into_iter().chain(indexes).collect()
}

/// The units of a transaction, by table.
fn sum(tables: &[ConsumedCapacity]) -> Units {
    let mut units = Units::new();
    for capacity in tables {
        let place =
            if capacity.table_name().is_some_and(|name| name.contains("History")) { "history" } else { "table" };
        *units.entry(place.to_owned()).or_default() += capacity.capacity_units().unwrap_or(f64::NAN);
    }
    units
}

pub(crate) fn of(costs: &[(&str, f64)]) -> Units {
    costs.iter().map(|(place, units)| ((*place).to_owned(), *units)).collect()
}
