// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Receipt, ReturnLine, ReceivedLine, InspectedLine, SoldLine} from "../interfaces/IReturnLedger.sol";

/// @notice EIP-712 struct hashes of receipts and of lists of lines.
library ReceiptHash {
    bytes32 private constant SOLD_LINE_TYPEHASH =
        keccak256("SoldLine(uint32 quantity,uint64 unitNetMinor,uint64 unitTaxMinor,uint64 unitDutyMinor)");
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(uint32 seller,uint32 series,uint32 policyVersion,bytes3 currency,uint64 soldAt,uint64 deliveryMinor,address claimKey,bytes32 order,SoldLine[] lines)SoldLine(uint32 quantity,uint64 unitNetMinor,uint64 unitTaxMinor,uint64 unitDutyMinor)"
    );
    bytes32 private constant RETURN_LINE_TYPEHASH = keccak256("ReturnLine(uint8 line,uint32 quantity,uint16 reason)");
    bytes32 private constant RECEIVED_LINE_TYPEHASH = keccak256("ReceivedLine(uint8 line,uint32 quantity)");
    bytes32 private constant INSPECTED_LINE_TYPEHASH =
        keccak256("InspectedLine(uint8 line,uint32 accepted,uint32 rejected,uint8 grade,uint8 disposition)");

    /// @notice Struct hash of a receipt.
    function ofReceipt(Receipt calldata receipt) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECEIPT_TYPEHASH,
                receipt.seller,
                receipt.series,
                receipt.policyVersion,
                receipt.currency,
                receipt.soldAt,
                receipt.deliveryMinor,
                receipt.claimKey,
                receipt.order,
                _ofSold(receipt.lines)
            )
        );
    }

    function _ofSold(SoldLine[] calldata lines) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(SOLD_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that a buyer sends back.
    function ofReturned(ReturnLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(RETURN_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that arrived.
    function ofReceived(ReceivedLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(RECEIVED_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    /// @notice Hash of a list of lines that were inspected.
    function ofInspected(InspectedLine[] calldata lines) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = keccak256(abi.encode(INSPECTED_LINE_TYPEHASH, lines[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
