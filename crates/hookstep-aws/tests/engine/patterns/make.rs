//! Events, and patterns made of what is in them, so that they match about as often as they do not.

use serde_json::{Map, Value, json};

const NAMES: [&str; 6] = ["a", "b", "c", "A", "list", "a-b"];

const TEXTS: [&str; 22] = [
    "",
    "a",
    "b",
    "ab",
    "abc",
    "aba",
    "A",
    "AbC",
    "b*",
    "a*c",
    "a\\b",
    "a\nb",
    "é",
    "ÉA",
    "straße",
    "100",
    "null",
    "file.png",
    "dir/file.PNG",
    "10.0.0.1",
    "10.1.2.3",
    "2001:db8::1",
];

const NUMBERS: [&str; 14] = [
    "0",
    "-0.0",
    "1",
    "-1",
    "100",
    "100.0",
    "1e2",
    "301.8",
    "0.1",
    "-5000000000",
    "5000000001",
    "1e-7",
    "9007199254740991",
    "1e20",
];

/// Makes things by chance, the same each time for the same seed.
pub(crate) struct Maker(u64);

impl Maker {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count as u64).expect("a small number")
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn several<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..=self.below(most)).map(|_| make(self)).collect()
    }

    /// An event as the bus has it.
    pub(crate) fn event(&mut self) -> Value {
        let resources: Vec<&str> =
            (0..self.below(3)).map(|_| self.one_of(&["arn:aws:a:1", "arn:aws:a:2", "arn:aws:b"])).collect();
        let detail_type = self.one_of(&["order.created", "order.paid", "Order.Paid"]);
        json!({
            "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": detail_type,
            "source": self.one_of(&["shop", "till", "shop.eu"]), "account": "123456789012", "time": "2026-11-22T06:00:00Z",
            "region": self.one_of(&["eu-west-1", "us-east-1"]), "resources": resources, "detail": self.object(2),
        })
    }

    fn object(&mut self, depth: usize) -> Value {
        let members = self.several(4, |make| (make.one_of(&NAMES).to_owned(), make.value(depth)));
        Value::Object(members.into_iter().collect())
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(12) {
            0 | 1 if depth > 0 => self.object(depth - 1),
            2 | 3 if depth > 0 => self.several(3, |make| make.object(depth - 1)).into(),
            4 => (0..self.below(4)).map(|_| self.scalar()).collect(),
            5 if depth > 0 => self.several(2, |make| make.value(depth - 1)).into(),
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Value {
        match self.below(10) {
            0 => Value::Null,
            1 => Value::Bool(self.one_in(2)),
            2..=4 => self.number(),
            _ => self.one_of(&TEXTS).into(),
        }
    }

    fn number(&mut self) -> Value {
        serde_json::from_str(self.one_of(&NUMBERS)).expect("a number")
    }

    /// The same event with one value of its detail replaced.
    pub(crate) fn changed(&mut self, event: &Value) -> Value {
        let mut changed = event.clone();
        self.change(&mut changed["detail"]);
        changed
    }

    fn change(&mut self, value: &mut Value) {
        let inner = match value {
            Value::Object(members) if !members.is_empty() => {
                let at = self.below(members.len());
                members.values_mut().nth(at)
            }
            Value::Array(elements) if !elements.is_empty() => {
                let at = self.below(elements.len());
                elements.get_mut(at)
            }
            _ => None,
        };
        match inner {
            Some(inner) if !self.one_in(5) => self.change(inner),
            Some(inner) => *inner = self.value(1),
            None => *value = self.value(1),
        }
    }

    /// A pattern that asks about what the event has, mostly.
    pub(crate) fn pattern(&mut self, event: &Value) -> Value {
        let Value::Object(fields) = event else { return json!({}) };
        let mut pattern = Map::new();
        if !self.one_in(6) {
            pattern.insert("detail".to_owned(), self.asking_within(&fields["detail"], 2));
        }
        if pattern.is_empty() || self.one_in(3) {
            let name = self.one_of(&["source", "detail-type", "resources", "region", "replay-name"]);
            pattern.insert(name.to_owned(), self.leaf(fields.get(name)));
        }
        pattern.into()
    }

    /// What is asked of an object, or of one of the objects of an array.
    fn asking_within(&mut self, value: &Value, depth: usize) -> Value {
        let mut objects = Vec::new();
        objects_in(value, &mut objects);
        let object = if objects.is_empty() { Map::new() } else { self.one_of(&objects) };
        let mut names: Vec<String> = object.keys().cloned().collect();
        names.extend(self.one_in(3).then(|| self.one_of(&NAMES).to_owned()));
        let mut pattern = Map::new();
        for name in self.several(2, |make| make.one_of(&[&names[..], &["missing".to_owned()]].concat())) {
            // Of another object of the same array now and then, so that no one element has it all.
            let of = if self.one_in(3) && !objects.is_empty() { self.one_of(&objects) } else { object.clone() };
            pattern.insert(name.clone(), self.asking(of.get(&name), depth));
        }
        if self.one_in(3) {
            // A path stands inside of `$or` or outside.
            let left: Map<String, Value> = object.into_iter().filter(|(name, _)| !pattern.contains_key(name)).collect();
            let alternatives = self.several(2, |make| make.alternative(&left, depth));
            let more = self.alternative(&left, depth);
            pattern.insert("$or".to_owned(), alternatives.into_iter().chain([more]).collect());
        }
        pattern.into()
    }

    fn alternative(&mut self, object: &Map<String, Value>, depth: usize) -> Value {
        let names: Vec<String> = object.keys().cloned().chain(["other".to_owned()]).collect();
        let mut alternative: Map<String, Value> = Map::new();
        for name in self.several(2, |make| make.one_of(&names)) {
            let asked = self.asking(object.get(&name), depth);
            alternative.insert(name, asked);
        }
        if depth > 0 && self.one_in(6) {
            let names = object.iter().filter(|(name, _)| !alternative.contains_key(*name));
            let left = names.map(|(name, value)| (name.clone(), value.clone())).collect();
            let within = [self.leaf_of_another(&left), json!({ "another": [{ "exists": false }] })];
            alternative.insert("$or".to_owned(), within.into());
        }
        alternative.into()
    }

    fn leaf_of_another(&mut self, object: &Map<String, Value>) -> Value {
        let names: Vec<String> = object.keys().cloned().chain(["another".to_owned()]).collect();
        let name = self.one_of(&names);
        let leaf = self.leaf(object.get(&name));
        json!({ name: leaf })
    }

    /// What is asked of a field.
    fn asking(&mut self, value: Option<&Value>, depth: usize) -> Value {
        let mut objects = Vec::new();
        if let Some(value) = value {
            objects_in(value, &mut objects);
        }
        match value {
            Some(value) if depth > 0 && !objects.is_empty() && !self.one_in(6) => self.asking_within(value, depth - 1),
            _ => self.leaf(value),
        }
    }

    fn leaf(&mut self, value: Option<&Value>) -> Value {
        let mut scalars = Vec::new();
        if let Some(value) = value {
            scalars_in(value, &mut scalars);
        }
        self.several(2, |make| match (scalars.is_empty(), make.below(10)) {
            (_, 0) => json!({ "exists": make.one_in(2) }),
            (false, 1..=7) => {
                let scalar = make.one_of(&scalars);
                make.matcher(&scalar)
            }
            (true, 1..=3) => json!({ "exists": false }),
            _ => {
                let other = make.scalar();
                make.matcher(&other)
            }
        })
        .into()
    }

    /// A matcher that holds for the value, or nearly does.
    fn matcher(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.of_text(text),
            Value::Number(number) => self.of_number(number.as_f64().expect("a number")),
            literal if self.one_in(4) => json!({ "anything-but": self.other_than(literal) }),
            literal => literal.clone(),
        }
    }

    fn of_text(&mut self, text: &str) -> Value {
        let middle = text.char_indices().map(|(at, _)| at).nth(self.below(3)).unwrap_or(text.len());
        let (start, end) = text.split_at(middle);
        let case = |text: &str, upper: bool| if upper { text.to_uppercase() } else { text.to_lowercase() };
        let upper = self.one_in(2);
        match self.below(16) {
            0 => json!({ "prefix": start }),
            1 => json!({ "suffix": end }),
            2 => json!({ "prefix": { "equals-ignore-case": case(start, upper) } }),
            3 => json!({ "suffix": { "equals-ignore-case": case(end, upper) } }),
            4 => json!({ "equals-ignore-case": case(text, upper) }),
            5 | 6 => json!({ "wildcard": self.wildcard(text) }),
            7 => json!({ "anything-but": self.one_of(&["a", text, "abc"]) }),
            8 => json!({ "anything-but": [self.one_of(&TEXTS), self.one_of(&["b", text])] }),
            9 => json!({ "anything-but": { "wildcard": [self.wildcard(text), "x*"] } }),
            10 if !start.is_empty() => json!({ "anything-but": { "prefix": [start, "zz"] } }),
            11 if !end.is_empty() => json!({ "anything-but": { "suffix": end } }),
            12 => json!({ "anything-but": { "equals-ignore-case": [case(text, upper), "zz"] } }),
            13 | 14 if text.contains("10.") => {
                json!({ "cidr": self.one_of(&["10.0.0.0/8", "10.1.0.0/16", "10.0.0.1/31", "0.0.0.0/0"]) })
            }
            13 | 14 if text.contains("::") => {
                json!({ "cidr": self.one_of(&["2001:db8::/32", "2001:db9::/32", "::/0", "2001:db8::ff/127"]) })
            }
            15 => self.one_of(&TEXTS).into(),
            _ => text.into(),
        }
    }

    /// A wildcard that is the text with something left out, or changed.
    fn wildcard(&mut self, text: &str) -> String {
        let mut pattern = String::new();
        let mut after_wildcard = false;
        for char in text.chars().chain(['\0']) {
            let wildcard = self.one_in(3) && !after_wildcard;
            pattern.extend(wildcard.then_some('*'));
            after_wildcard = wildcard || after_wildcard;
            let part = match self.below(8) {
                _ if char == '\0' => String::new(),
                0 | 1 if after_wildcard => String::new(),
                2 if self.one_in(3) => "x".to_owned(),
                _ if matches!(char, '*' | '\\') => format!("\\{char}"),
                _ => char.to_string(),
            };
            after_wildcard = after_wildcard && part.is_empty();
            pattern.push_str(&part);
        }
        pattern
    }

    fn of_number(&mut self, number: f64) -> Value {
        let comparison = self.one_of(&["<", "<=", "=", ">", ">="]);
        let by = self.one_of(&[0.0, 0.0, 0.5, -0.5]);
        match self.below(8) {
            0 | 1 => json!({ "numeric": [comparison, number + by] }),
            2 | 3 => json!({ "numeric": [self.one_of(&[">", ">="]), number - number.abs() - 1.0, "<=", number + by] }),
            4 => json!({ "anything-but": [number, 7] }),
            5 => json!({ "anything-but": number + by }),
            _ => json!(number),
        }
    }

    fn other_than(&mut self, value: &Value) -> Value {
        if value.is_null() { self.one_of(&TEXTS).into() } else { self.number() }
    }

    /// A pattern with one part replaced by what does not belong there, mostly.
    pub(crate) fn broken(&mut self, pattern: &Value) -> Value {
        match pattern {
            Value::Object(members) if !members.is_empty() && !self.one_in(5) => {
                let mut members = members.clone();
                let name = self.one_of(&members.keys().cloned().collect::<Vec<_>>());
                let broken = self.broken(&members[&name]);
                if self.one_in(12) {
                    members.remove(&name);
                    members.insert(self.one_of(&["$or", "prefix", "like", "numeric", "exists"]).to_owned(), broken);
                } else {
                    members.insert(name, broken);
                }
                members.into()
            }
            Value::Array(elements) if !elements.is_empty() && !self.one_in(5) => {
                let mut elements = elements.clone();
                let at = self.below(elements.len());
                elements[at] = self.broken(&elements[at]);
                elements.into()
            }
            _ => self.one_of(&[
                json!(null),
                json!(true),
                json!("a"),
                json!(""),
                json!("a**"),
                json!("\\a"),
                json!(7),
                json!(9_007_199_254_740_993_u64),
                json!([]),
                json!({}),
                json!(["a", 1]),
                json!([["a"]]),
                json!(["a"]),
                json!([">", 1]),
                json!([">", 1, "<", 1]),
                json!(["<", 1, ">", 0]),
                json!(["=", 1, "<", 2]),
                json!("10.0.0.0/32"),
                json!("10.0.0.0/24"),
                json!("::/128"),
                json!({ "prefix": "" }),
                json!({ "cidr": "10.0.0.1" }),
                json!({ "exists": "a" }),
                json!({ "anything-but": { "prefix": "" } }),
                json!({ "anything-but": ["a", 1] }),
                json!({ "wildcard": "**" }),
                json!([{ "a": ["b"] }]),
            ]),
        }
    }
}

fn objects_in(value: &Value, found: &mut Vec<Map<String, Value>>) {
    match value {
        Value::Object(object) => found.push(object.clone()),
        Value::Array(elements) => elements.iter().for_each(|element| objects_in(element, found)),
        _ => {}
    }
}

fn scalars_in(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(_) => {}
        Value::Array(elements) => elements.iter().for_each(|element| scalars_in(element, found)),
        scalar => found.push(scalar.clone()),
    }
}
