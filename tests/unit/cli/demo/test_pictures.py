"""The pictures of the demo: each digit and each count is where it belongs, and a mistake is seen."""

import numpy as np
from numpy.typing import NDArray

from cutaway.cli.demo.pictures import confusion_picture, digits_picture

BLUE, ORANGE = (86, 180, 233), (230, 159, 0)


def scans(count: int) -> NDArray[np.float64]:
    return np.random.default_rng(0).integers(0, 17, (count, 8, 8)) / 16


def corner(place: int) -> tuple[int, int]:
    """Left and top of a digit, in pixels."""
    return 8 + place % 5 * 40, 22 + place // 5 * 54


def framed(pixels: NDArray[np.uint8], place: int) -> bool:
    """Whether the digit at this place has a frame: a stretch of its upper edge is orange."""
    left, top = corner(place)
    return bool((pixels[top - 2, left : left + 32] == ORANGE).all())


def test_digits_are_in_reading_order_and_mistakes_are_framed() -> None:
    images, labels = scans(20), np.arange(20) % 10
    guesses = labels.copy()
    guesses[[3, 17]] = [5, 1]
    pixels = digits_picture(images, labels, guesses, "caption")
    for place in range(20):
        left, top = corner(place)
        scan = pixels[top : top + 32, left : left + 32]
        # Four pixels for each of the scan's own, grey.
        expected = np.repeat(np.repeat((images[place] * 255).astype(np.uint8), 4, 0), 4, 1)
        np.testing.assert_array_equal(scan, np.repeat(expected[:, :, None], 3, axis=2))
        assert framed(pixels, place) == (place in (3, 17))


def test_the_size_is_that_of_20_digits_however_many_there_are() -> None:
    shapes = set()
    for count in (0, 1, 19, 20, 100):
        pixels = digits_picture(scans(count), np.zeros(count, int), np.ones(count, int), "caption")
        shapes.add(pixels.shape)
        assert [framed(pixels, place) for place in range(20)] == [place < count for place in range(20)]
    assert shapes == {(238, 208, 3)}


def test_the_matrix_has_digits_in_rows_and_guesses_in_columns() -> None:
    labels = np.repeat(np.arange(10), 10)
    guesses = labels.copy()
    guesses[20:24] = 7
    guesses[50:60] = 0
    pixels = confusion_picture(labels, guesses)

    def colour(row: int, column: int) -> tuple[int, ...]:
        """Of a cell, in its corner, where no words are."""
        return tuple(pixels[32 + row * 20 + 2, 18 + column * 20 + 2].tolist())

    ground = colour(0, 1)
    assert colour(3, 3) == BLUE
    assert colour(5, 0) == ORANGE
    assert colour(5, 5) == ground
    # A share of it is between the ground and the whole: 4 of 10, and 6 of 10 on the diagonal.
    assert ground[0] < colour(2, 7)[0] < ORANGE[0]
    assert colour(7, 2) == ground
    assert ground[2] < colour(2, 2)[2] < BLUE[2]
    # 4 mistakes are a smaller share than the 10 of the row of 5.
    filled = {(row, column) for row in range(10) for column in range(10) if colour(row, column) != ground}
    assert filled == {(digit, digit) for digit in range(10) if digit != 5} | {(2, 7), (5, 0)}
