//! A pattern as a tree of names, matched against an event in one go for all of its alternatives.

use serde_json::{Map, Value};

use super::alternatives::Alternatives;
use super::matcher::Matcher;

/// What is asked of the values at one path, by some alternatives of the pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// Names from the top of the event.
    pub(super) path: Vec<String>,
    /// One of them has to hold for one of the values.
    pub(super) matchers: Vec<Matcher>,
    pub(super) asked_by: Alternatives,
}

/// A pattern: it matches where all leaves of one of its alternatives do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    /// Each before those below it: what is below a node are the nodes up to its `end`.
    nodes: Vec<Node>,
    alternatives: Alternatives,
}

#[derive(Debug, Clone, PartialEq)]
struct Node {
    /// The last name of its path.
    name: String,
    end: usize,
    leaves: Vec<Leaf>,
    children: Vec<usize>,
    /// Nodes further below, by the one name that an event may have for the way to them: `a.b` is `b` in `a`.
    joined: Vec<(String, usize)>,
}

impl Tree {
    /// Builds the tree of a pattern of so many alternatives.
    pub(super) fn new(mut leaves: Vec<Leaf>, alternatives: usize) -> Self {
        leaves.sort_by(|one, other| one.path.cmp(&other.path));
        let mut tree = Self { nodes: Vec::new(), alternatives: Alternatives::first(alternatives) };
        tree.add(String::new(), leaves, 0);
        for index in 0..tree.nodes.len() {
            let joined = tree.nodes[index].children.iter().flat_map(|child| tree.names_from(*child)).collect();
            tree.nodes[index].joined = joined;
        }
        tree
    }

    /// Whether the event has what one of the alternatives asks.
    pub(super) fn matches(&self, event: &Value) -> bool {
        !self.met(0, &[event], &[], self.alternatives).is_empty()
    }

    /// Adds a node and what is below it: leaves whose paths agree in the first `depth` names.
    fn add(&mut self, name: String, leaves: Vec<Leaf>, depth: usize) {
        let index = self.nodes.len();
        let (here, mut below): (Vec<_>, Vec<_>) = leaves.into_iter().partition(|leaf| leaf.path.len() == depth);
        self.nodes.push(Node { name, end: 0, leaves: here, children: Vec::new(), joined: Vec::new() });
        while let Some(name) = below.first().map(|leaf| leaf.path[depth].clone()) {
            let rest = below.split_off(below.partition_point(|leaf| leaf.path[depth] == name));
            let child = self.nodes.len();
            self.nodes[index].children.push(child);
            self.add(name, std::mem::replace(&mut below, rest), depth + 1);
        }
        self.nodes[index].end = self.nodes.len();
    }

    /// The ways from the node above this one to those below it.
    fn names_from(&self, index: usize) -> Vec<(String, usize)> {
        let node = &self.nodes[index];
        let below = node.children.iter().flat_map(|child| {
            let further = self.names_from(*child).into_iter();
            std::iter::once((self.nodes[*child].name.clone(), *child)).chain(further)
        });
        below.map(|(name, child)| (format!("{}.{name}", node.name), child)).collect()
    }

    /// Which of the wanted alternatives find at this node and below it what they ask.
    ///
    /// `here` are the values at the node, `apart` values of nodes below it that are not within them. All of them come from
    /// the same elements of the arrays above.
    fn met(&self, index: usize, here: &[&Value], apart: &[(usize, &Value)], wanted: Alternatives) -> Alternatives {
        let node = &self.nodes[index];
        let wanted = node.met_by_values(here, wanted);
        if wanted.is_empty() || node.children.is_empty() {
            return wanted;
        }
        let objects: Vec<&Map<String, Value>> = here.iter().filter_map(|value| value.as_object()).collect();
        let mut elements = Vec::new();
        for value in here {
            objects_within(value, &mut elements);
        }
        if elements.is_empty() {
            return self.met_by_members(node, &objects, apart, wanted);
        }
        // Everything that an alternative asks of the elements of an array has to be in one and the same of them.
        let mut met = Alternatives::NONE;
        for element in elements {
            if met == wanted {
                break;
            }
            let together: Vec<_> = objects.iter().copied().chain([element]).collect();
            met = met | self.met_by_members(node, &together, apart, wanted & !met);
        }
        met
    }

    fn met_by_members(
        &self,
        node: &Node,
        objects: &[&Map<String, Value>],
        apart: &[(usize, &Value)],
        mut wanted: Alternatives,
    ) -> Alternatives {
        let mut all_apart = apart.to_vec();
        for (name, below) in &node.joined {
            all_apart.extend(objects.iter().filter_map(|object| Some((*below, object.get(name)?))));
        }
        for child in &node.children {
            let Node { name, end, .. } = &self.nodes[*child];
            let mut values: Vec<&Value> = objects.iter().filter_map(|object| object.get(name)).collect();
            values.extend(all_apart.iter().filter(|(at, _)| at == child).map(|(_, value)| value));
            let below = |at: &usize| (*child + 1..*end).contains(at);
            let below: Vec<_> = all_apart.iter().filter(|(at, _)| below(at)).copied().collect();
            wanted = self.met(*child, &values, &below, wanted);
            if wanted.is_empty() {
                break;
            }
        }
        wanted
    }
}

impl Node {
    /// Which of the wanted alternatives ask nothing of the values of this node, or get it.
    fn met_by_values(&self, here: &[&Value], wanted: Alternatives) -> Alternatives {
        if self.leaves.is_empty() {
            return wanted;
        }
        let mut values = Vec::new();
        for value in here {
            scalars_within(value, &mut values);
        }
        let mut met = wanted;
        for leaf in &self.leaves {
            met = met & !leaf.asked_by;
        }
        for leaf in self.leaves.iter().filter(|leaf| !(leaf.asked_by & wanted).is_empty()) {
            if leaf.holds(&values) {
                met = met | (leaf.asked_by & wanted);
            }
        }
        met
    }
}

impl Leaf {
    fn holds(&self, values: &[&Value]) -> bool {
        self.matchers.iter().any(|matcher| match matcher {
            Matcher::Absent => values.is_empty(),
            matcher => values.iter().any(|value| matcher.holds(value)),
        })
    }
}

/// The values that a pattern can ask about: an array stands for its elements.
fn scalars_within<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| scalars_within(element, found)),
        Value::Object(_) => {}
        scalar => found.push(scalar),
    }
}

/// The objects in an array, and in the arrays within it.
fn objects_within<'a>(value: &'a Value, found: &mut Vec<&'a Map<String, Value>>) {
    let Value::Array(elements) = value else { return };
    for element in elements {
        match element {
            Value::Object(object) => found.push(object),
            nested => objects_within(nested, found),
        }
    }
}
