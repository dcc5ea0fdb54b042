//! Shapes, row-major offsets and broadcasting.

use crate::Error;

/// Number of elements of a shape, 1 for rank 0.
///
/// # Errors
/// When the number does not fit a `usize`.
pub(crate) fn element_count(shape: &[usize]) -> Result<usize, Error> {
    // A zero anywhere wins, however large the sizes beside it are.
    if shape.contains(&0) {
        return Ok(0);
    }
    shape
        .iter()
        .try_fold(1_usize, |count, &size| count.checked_mul(size))
        .ok_or_else(|| too_many(format!("a tensor of shape {shape:?}")))
}

/// Room for `count` values, or an error where there is not that much memory.
pub(crate) fn buffer<T>(count: usize) -> Result<Vec<T>, Error> {
    let mut values = Vec::new();
    values
        .try_reserve_exact(count)
        .map_err(|_| too_many(format!("a tensor of {count} elements")))?;
    Ok(values)
}

fn too_many(actual: String) -> Error {
    Error::value("a tensor that fits into memory", actual)
}

/// The index of the element at a row-major offset.
pub(crate) fn unravel(shape: &[usize], mut offset: usize) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (position, &size) in index.iter_mut().zip(shape).rev() {
        *position = offset % size;
        offset /= size;
    }
    index
}

/// The shape that two shapes broadcast to by NumPy's rule: aligned at the last
/// dimension, a size of 1 stretching to the other side's size. `None` when
/// they do not.
pub(crate) fn broadcast(lhs: &[usize], rhs: &[usize]) -> Option<Vec<usize>> {
    let rank = lhs.len().max(rhs.len());
    let size = |shape: &[usize], dim: usize| match (dim + shape.len()).checked_sub(rank) {
        Some(own) => shape[own],
        None => 1,
    };
    (0..rank)
        .map(|dim| match (size(lhs, dim), size(rhs, dim)) {
            (l, r) if l == r => Some(l),
            (1, r) => Some(r),
            (l, 1) => Some(l),
            _ => None,
        })
        .collect()
}

/// The row-major offset in a tensor of shape `from` of the element that
/// broadcasting shows at `index`.
///
/// `from` must broadcast to the shape that `index` lies in.
pub(crate) fn broadcast_offset(index: &[usize], from: &[usize]) -> usize {
    let own = &index[index.len() - from.len()..];
    own.iter()
        .zip(from)
        .fold(0, |offset, (&position, &size)| match size {
            1 => offset,
            _ => offset * size + position,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn counts_elements() {
        assert_eq!(element_count(&[]).unwrap(), 1);
        assert_eq!(element_count(&[2, 0, 3]).unwrap(), 0);
        assert_eq!(element_count(&[usize::MAX, 2, 0]).unwrap(), 0);
        assert_eq!(element_count(&[2, 3]).unwrap(), 6);
        assert_eq!(
            element_count(&[usize::MAX, 2]).unwrap_err().to_string(),
            format!(
                "expected a tensor that fits into memory, but got a tensor of shape [{}, 2]",
                usize::MAX
            )
        );
    }

    #[test]
    fn refuses_room_that_is_not_there() {
        assert!(buffer::<f64>(usize::MAX / 2).is_err());
    }

    #[test]
    fn unravels_in_row_major_order() {
        let shape = [2, 3];
        let indices: Vec<_> = (0..6).map(|offset| unravel(&shape, offset)).collect();
        assert_eq!(
            indices,
            [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]].map(Vec::from)
        );
        assert_eq!(unravel(&[], 0), Vec::<usize>::new());
    }

    #[test]
    fn broadcasts_as_numpy_does() {
        assert_eq!(broadcast(&[], &[4]), Some(vec![4]));
        assert_eq!(broadcast(&[3, 1], &[4]), Some(vec![3, 4]));
        assert_eq!(broadcast(&[2, 1, 5], &[7, 1]), Some(vec![2, 7, 5]));
        assert_eq!(broadcast(&[0], &[1]), Some(vec![0]));
        assert_eq!(broadcast(&[0, 3], &[1, 1]), Some(vec![0, 3]));
        assert_eq!(broadcast(&[2], &[3]), None);
        assert_eq!(broadcast(&[0], &[2]), None);
    }

    #[test]
    fn finds_the_element_that_is_shown() {
        assert_eq!(broadcast_offset(&[1, 2, 3], &[2, 3, 4]), 23);
        assert_eq!(broadcast_offset(&[1, 2, 3], &[3, 4]), 11);
        assert_eq!(broadcast_offset(&[1, 2, 3], &[2, 1, 4]), 7);
        assert_eq!(broadcast_offset(&[1, 2, 3], &[]), 0);
    }
}
